//! Session records in Amazon DynamoDB, or in a server with its protocol (row S5).

mod attributes;

use std::{collections::HashMap, time::Duration};

use aws_config::{BehaviorVersion, timeout::TimeoutConfig};
use aws_sdk_dynamodb::{
    Client,
    config::{Credentials, Region},
    error::{DisplayErrorContext, SdkError},
    operation::put_item::{PutItemError, builders::PutItemFluentBuilder},
    types::{
        AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType,
        ReturnValuesOnConditionCheckFailure, ScalarAttributeType, TimeToLiveSpecification,
    },
};
use chrono::Utc;
use futures_util::{FutureExt, future::BoxFuture};
use session::{Item, ItemStore};

use attributes::{EXPIRES_AT, ID, VERSION, attributes, item, version_of};

/// A key that no item has.
const PING: &str = "ping";

/// The items of one table. Its partition key is `id`, a text, and its attribute for the time to live is `expires_at`.
///
/// DynamoDB deletes an item up to some days after the end of its lifetime, so every read checks `expires_at` itself (row S6). All reads are consistent.
pub struct DynamoDb {
    client: Client,
    table: String,
}

impl DynamoDb {
    /// The table of this name, with the region, the endpoint and the credentials that AWS' own programs would use: from the variables `AWS_REGION`,
    /// `AWS_ENDPOINT_URL_DYNAMODB`, `AWS_ACCESS_KEY_ID` and so on, from the profile, or from the role of the machine or the container. An operation that takes
    /// longer than `timeout`, with its repetitions, has failed.
    pub async fn from_environment(table: &str, timeout: Duration) -> Self {
        let limit = TimeoutConfig::builder().operation_timeout(timeout).build();
        let config = aws_config::defaults(BehaviorVersion::latest()).timeout_config(limit);
        Self::new(Client::new(&config.load().await), table)
    }

    /// The table of this name on a server at this address (`host:port`) that checks no credentials, for tests and measurements.
    pub fn at_local_endpoint(address: &str, table: &str, timeout: Duration) -> Self {
        let limit = TimeoutConfig::builder().operation_timeout(timeout).build();
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .endpoint_url(format!("http://{address}"))
            .credentials_provider(Credentials::new("local", "local", None, None, "local"))
            .timeout_config(limit);
        Self::new(Client::from_conf(config.build()), table)
    }

    fn new(client: Client, table: &str) -> Self {
        Self { client, table: table.to_owned() }
    }

    /// Creates the table, which is paid by the request, and turns its time to live on.
    ///
    /// # Errors
    /// [`session::Error::Unavailable`] if DynamoDB does not answer, refuses this, or has the table already.
    pub async fn create_table(&self) -> Result<(), session::Error> {
        let id = AttributeDefinition::builder()
            .attribute_name(ID)
            .attribute_type(ScalarAttributeType::S)
            .build()
            .map_err(unavailable)?;
        let key = KeySchemaElement::builder()
            .attribute_name(ID)
            .key_type(KeyType::Hash)
            .build()
            .map_err(unavailable)?;
        let create = self.client.create_table().table_name(&self.table);
        let create = create.attribute_definitions(id).key_schema(key);
        create.billing_mode(BillingMode::PayPerRequest).send().await.map_err(unavailable)?;
        let time_to_live = TimeToLiveSpecification::builder()
            .enabled(true)
            .attribute_name(EXPIRES_AT)
            .build()
            .map_err(unavailable)?;
        let update = self.client.update_time_to_live().table_name(&self.table);
        update.time_to_live_specification(time_to_live).send().await.map_err(unavailable)?;
        Ok(())
    }

    fn put(&self, attributes: HashMap<String, AttributeValue>) -> PutItemFluentBuilder {
        self.client.put_item().table_name(&self.table).set_item(Some(attributes))
    }

    /// The attributes of an item, also if its lifetime is over.
    async fn get(
        &self,
        key: &str,
    ) -> Result<Option<HashMap<String, AttributeValue>>, session::Error> {
        let get = self.client.get_item().table_name(&self.table).consistent_read(true);
        let found = get.key(ID, AttributeValue::S(key.to_owned())).send().await;
        Ok(found.map_err(unavailable)?.item)
    }

    async fn put_unchanged(
        &self,
        attributes: HashMap<String, AttributeValue>,
        read: Option<&String>,
    ) -> Result<bool, session::Error> {
        let version = version_of(&attributes).cloned();
        let put = self.put(attributes);
        let put = match read {
            Some(read) => put
                .condition_expression("#version = :read")
                .expression_attribute_names("#version", VERSION)
                .expression_attribute_values(":read", AttributeValue::S(read.clone())),
            None => put
                .condition_expression("attribute_not_exists(#id) or #expires_at <= :now")
                .expression_attribute_names("#id", ID)
                .expression_attribute_names("#expires_at", EXPIRES_AT)
                .expression_attribute_values(
                    ":now",
                    AttributeValue::N(Utc::now().timestamp().to_string()),
                ),
        };
        let old = ReturnValuesOnConditionCheckFailure::AllOld;
        match put.return_values_on_condition_check_failure(old).send().await {
            Ok(_) => Ok(true),
            Err(error) => match found_instead(&error) {
                // The reply to an earlier attempt of this write was lost.
                Some(found) => Ok(version.is_some() && version_of(found) == version.as_ref()),
                None => Err(unavailable(error)),
            },
        }
    }
}

/// The item that a condition was not true for; `None` if the write failed for another reason.
fn found_instead<R>(error: &SdkError<PutItemError, R>) -> Option<&HashMap<String, AttributeValue>> {
    static NOTHING: std::sync::LazyLock<HashMap<String, AttributeValue>> =
        std::sync::LazyLock::new(HashMap::new);
    match error.as_service_error()? {
        PutItemError::ConditionalCheckFailedException(failed) => {
            Some(failed.item().unwrap_or(&NOTHING))
        }
        _ => None,
    }
}

impl ItemStore for DynamoDb {
    /// A random text that each write chooses.
    type Version = String;

    fn read<'a>(
        &'a self,
        key: &'a str,
    ) -> BoxFuture<'a, Result<Option<Item<String>>, session::Error>> {
        async move {
            let Some(found) = self.get(key).await? else { return Ok(None) };
            item(found, Utc::now().timestamp())
        }
        .boxed()
    }

    fn write<'a>(
        &'a self,
        key: &'a str,
        value: &'a [u8],
        lifetime: Duration,
    ) -> BoxFuture<'a, Result<(), session::Error>> {
        let put = self.put(attributes(key, value, lifetime, Utc::now().timestamp()));
        async move { put.send().await.map(drop).map_err(unavailable) }.boxed()
    }

    fn write_unchanged<'a>(
        &'a self,
        key: &'a str,
        value: &'a [u8],
        lifetime: Duration,
        read: Option<&'a String>,
    ) -> BoxFuture<'a, Result<bool, session::Error>> {
        let attributes = attributes(key, value, lifetime, Utc::now().timestamp());
        self.put_unchanged(attributes, read).boxed()
    }

    fn delete<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), session::Error>> {
        let delete = self.client.delete_item().table_name(&self.table);
        let delete = delete.key(ID, AttributeValue::S(key.to_owned()));
        async move { delete.send().await.map(drop).map_err(unavailable) }.boxed()
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), session::Error>> {
        async move { self.get(PING).await.map(drop) }.boxed()
    }
}

/// DynamoDB did not answer or refused the operation. The text has all causes.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Failure(String);

fn unavailable(error: impl std::error::Error) -> session::Error {
    session::Error::Unavailable(Box::new(Failure(DisplayErrorContext(error).to_string())))
}
