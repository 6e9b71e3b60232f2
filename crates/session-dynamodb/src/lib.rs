//! Session records in Amazon DynamoDB, or in a server with its protocol (row S5).

mod attributes;

use std::{collections::HashMap, time::Duration};

use aws_config::{BehaviorVersion, timeout::TimeoutConfig};
use aws_sdk_dynamodb::{
    Client,
    config::{Credentials, Region},
    error::DisplayErrorContext,
    operation::put_item::{PutItemError, builders::PutItemFluentBuilder},
    types::{
        AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType,
        ReturnValuesOnConditionCheckFailure, ScalarAttributeType, TimeToLiveSpecification,
    },
};
use chrono::Utc;
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
        let config = aws_config::defaults(BehaviorVersion::latest()).timeout_config(limit(timeout));
        Self::new(Client::new(&config.load().await), table)
    }

    /// The table of this name, over a client that is configured already.
    pub fn new(client: Client, table: &str) -> Self {
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
}

impl ItemStore for DynamoDb {
    /// A random text that each write chooses.
    type Version = String;

    async fn read(&self, key: &str) -> Result<Option<Item<String>>, session::Error> {
        let Some(found) = self.get(key).await? else { return Ok(None) };
        item(found, Utc::now().timestamp())
    }

    async fn write(
        &self,
        key: &str,
        value: &[u8],
        lifetime: Duration,
    ) -> Result<(), session::Error> {
        let put = self.put(attributes(key, value, lifetime, Utc::now().timestamp()));
        put.send().await.map(drop).map_err(unavailable)
    }

    async fn write_unchanged(
        &self,
        key: &str,
        value: &[u8],
        lifetime: Duration,
        read: Option<&String>,
    ) -> Result<bool, session::Error> {
        let now = Utc::now().timestamp();
        let attributes = attributes(key, value, lifetime, now);
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
                .expression_attribute_values(":now", AttributeValue::N(now.to_string())),
        };
        let old = ReturnValuesOnConditionCheckFailure::AllOld;
        let sent = put.return_values_on_condition_check_failure(old).send().await;
        let Err(error) = sent else { return Ok(true) };
        match error.as_service_error() {
            Some(PutItemError::ConditionalCheckFailedException(failed)) => {
                // If it is the version of this write, the reply to an earlier attempt was lost.
                let found = failed.item().and_then(version_of);
                Ok(found.is_some() && found == version.as_ref())
            }
            _ => Err(unavailable(error)),
        }
    }

    async fn delete(&self, key: &str) -> Result<(), session::Error> {
        let delete = self.client.delete_item().table_name(&self.table);
        let delete = delete.key(ID, AttributeValue::S(key.to_owned()));
        delete.send().await.map(drop).map_err(unavailable)
    }

    async fn ping(&self) -> Result<(), session::Error> {
        self.get(PING).await.map(drop)
    }
}

/// A client of a server at this address (`host:port`) that checks no credentials, for tests and measurements.
pub fn local_client(address: &str, timeout: Duration) -> Client {
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(format!("http://{address}"))
        .credentials_provider(Credentials::new("local", "local", None, None, "local"))
        .timeout_config(limit(timeout));
    Client::from_conf(config.build())
}

/// An operation with all its repetitions takes no longer than this.
fn limit(timeout: Duration) -> TimeoutConfig {
    TimeoutConfig::builder().operation_timeout(timeout).build()
}

/// DynamoDB did not answer or refused the operation. The text has all causes.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Failure(String);

fn unavailable(error: impl std::error::Error) -> session::Error {
    session::Error::Unavailable(Box::new(Failure(DisplayErrorContext(error).to_string())))
}
