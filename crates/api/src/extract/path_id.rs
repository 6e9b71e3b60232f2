//! The id in the path of a request, as in `/employees/{id}`.

use std::str::FromStr;

use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use api_types::Code;
use futures_util::future::{Ready, ready};

use crate::error::ApiError;

/// The id in the path. A text that is no id names no resource, so it gets the same 404 as an id that does not exist.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PathId<T>(pub(crate) T);

impl<T: FromStr> FromRequest for PathId<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let text = web::Path::<String>::from_request(request, payload).into_inner();
        let id = text.ok().and_then(|text| text.parse().ok());
        ready(id.map(Self).ok_or_else(|| ApiError::new(Code::NotFound)))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use domain::EmployeeId;

    use super::*;

    fn read(id: &'static str) -> Result<EmployeeId, Code> {
        let request = TestRequest::default().param("id", id).to_http_request();
        let read = PathId::from_request(&request, &mut Payload::None).into_inner();
        read.map(|PathId(id)| id).map_err(|error| error.code())
    }

    #[test]
    fn a_text_that_is_no_id_is_not_found() {
        let id = "0b9d8b3e-6a3e-4e0c-8a3f-3a0f5d1c2b4a";
        assert_eq!(read(id).map(|id| id.to_string()), Ok(id.to_owned()));
        for odd in ["", "1042", "x", "0b9d8b3e-6a3e-4e0c-8a3f-3a0f5d1c2b4", "%00"] {
            assert_eq!(read(odd), Err(Code::NotFound), "{odd}");
        }
    }
}
