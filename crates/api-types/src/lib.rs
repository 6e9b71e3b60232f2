//! The JSON of the API: requests, replies, error codes and paths, shared by the server and the browser.

mod company;
pub mod cookies;
mod department;
mod employee;
mod employee_query;
mod explainer;
mod health;
mod identity;
mod oidc;
mod onboarding;
mod page;
pub mod paths;
mod problem;
pub mod routes;
mod session;
mod termination;
mod tokens;
mod widget;

pub use company::{Companies, CompanyPublicData, DemoAccount};
pub use department::{Department, DepartmentChange, DepartmentRef, Departments};
pub use domain;
pub use employee::{
    EmployeeChange, EmployeeRef, EmployeeRow, EmployeeView, NewEmployee, SalaryInput,
};
pub use employee_query::EmployeeListQuery;
pub use explainer::{
    ARRIVAL_CHANNEL, Arrival, Counted, Explainer, FieldContent, HeldCookie, KeptField, KeptSession,
    Lookups, SecondSession,
};
pub use health::{CacheSwitch, CacheSwitchState, Check, Readiness};
pub use identity::{Identity, TokenKind};
pub use oidc::{Discovery, OauthError, OauthProblem, TokenReply, UserInfo, at_pool};
pub use onboarding::{Onboarding, OnboardingForm};
pub use page::{DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, Page};
pub use problem::{Code, FieldCode, FieldError, Problem};
pub use session::{
    ListedSession, NewSession, RememberedDevice, SessionList, SessionSettings, SessionView, StepUp,
};
pub use termination::{
    ClosedAccounts, EndedEmployment, Termination, UnmatchedAddress, UnmatchedReason,
};
pub use tokens::{InspectToken, Inspected, NewTokens, Outbox, OutboxMail, TokenSet};
pub use widget::{
    CreatedWidget, NewWidget, NewWidgetSession, OutOfDepartment, OutToday, Widget, WidgetList,
};
