//! The bodies about widgets: their settings, their sessions, and what they show (row C6).

use chrono::{DateTime, Utc};
use domain::WidgetId;
use serde::{Deserialize, Serialize};

/// A widget of the company: "Who is out today" in a page of another site. Its key is not shown again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Widget {
    /// The widget's id, which is part of its address.
    pub id: WidgetId,
    /// The name that an HR admin gave it.
    pub name: String,
    /// The only site that may embed it, such as `https://intranet.example`.
    pub embedded_on: String,
    /// When it was created.
    pub created_at: DateTime<Utc>,
}

/// All widgets of the company, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WidgetList {
    /// The widgets without their keys.
    pub items: Vec<Widget>,
}

/// The body of `POST /api/v1/settings/widgets`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewWidget {
    /// A name for the list of widgets: one line of 1 to 100 characters.
    pub name: String,
    /// The only site that may embed the widget: `https://` and a host, or `http://` and a loopback host.
    pub embedded_on: String,
}

/// A widget that was just created, with the address that contains its key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedWidget {
    /// The widget, as the list shows it.
    pub widget: Widget,
    /// The address for the `src` of the frame. The part after `#` is the widget's key. Only this response contains it.
    pub embed_url: String,
}

/// The body of `POST /api/v1/widget/session`. The host names the company; the body does not.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewWidgetSession {
    /// The id of the widget.
    pub widget: String,
    /// The key of the widget: the part of its address after `#`.
    pub key: String,
}

/// The people who are out today, as a widget shows them: names, and nothing else about them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OutToday {
    /// How many people are out, listed or not.
    pub total: u64,
    /// The departments in which somebody is out, by name. At most 200 people are listed.
    pub departments: Vec<OutOfDepartment>,
}

/// The people of one department who are out today.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OutOfDepartment {
    /// The name of the department.
    pub department: String,
    /// The first and last name of each person.
    pub people: Vec<String>,
}

/// The address contains a key, so `{:?}` does not print it.
impl std::fmt::Debug for CreatedWidget {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreatedWidget").field("widget", &self.widget).finish_non_exhaustive()
    }
}

/// The body contains a key, so `{:?}` prints no field.
impl std::fmt::Debug for NewWidgetSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewWidgetSession(…)")
    }
}
