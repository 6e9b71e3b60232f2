//! The operations. Their arguments show what they need: an administrator's operation takes an [`Admin`], which exists only for a signed request.

use super::{
    Reply,
    admin::Admin,
    call::Call,
    challenge, create_user, describe,
    exception::{Exception, Kind},
    forgot_password, initiate_auth, list_users, own_account, refresh, user, user_state,
};

/// Answers the operation that the request names.
pub(super) async fn answer(call: &Call<'_>) -> Reply {
    match call.operation()? {
        "InitiateAuth" => initiate_auth::initiate_auth(call).await,
        "RespondToAuthChallenge" => challenge::respond_to_auth_challenge(call).await,
        "GetTokensFromRefreshToken" => refresh::get_tokens_from_refresh_token(call).await,
        "RevokeToken" => refresh::revoke_token(call).await,
        "GetUser" => own_account::get_user(call).await,
        "GlobalSignOut" => own_account::global_sign_out(call).await,
        "ChangePassword" => own_account::change_password(call).await,
        "ForgotPassword" => forgot_password::forgot_password(call).await,
        "ConfirmForgotPassword" => forgot_password::confirm_forgot_password(call).await,
        operation => administer(call, operation).await,
    }
}

async fn administer(call: &Call<'_>, operation: &str) -> Reply {
    match operation {
        "AdminCreateUser" => create_user::create(call, &Admin::of(call).await?).await,
        "AdminGetUser" => user::get(call, &Admin::of(call).await?).await,
        "AdminSetUserPassword" => user_state::set_password(call, &Admin::of(call).await?).await,
        "AdminUserGlobalSignOut" => user_state::sign_out(call, &Admin::of(call).await?).await,
        "AdminDisableUser" => user_state::disable(call, &Admin::of(call).await?).await,
        "AdminEnableUser" => user_state::enable(call, &Admin::of(call).await?).await,
        "ListUsers" => list_users::list_users(call, &Admin::of(call).await?).await,
        "DescribeUserPool" => Ok(describe::user_pool(&Admin::of(call).await?)),
        "DescribeUserPoolClient" => describe::user_pool_client(call, &Admin::of(call).await?).await,
        _ => {
            let message = "The operation is not supported. docs/cognito.md lists the operations.";
            Err(Exception::new(Kind::UnknownOperation, message))
        }
    }
}
