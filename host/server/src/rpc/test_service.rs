//! TestService: the tests' hold on a clock that skips. It is served only where there is one.

use std::time::Duration;

use sundial_core::{Timestamp, time::Span};
use sundial_proto::testservice::test_service_server::TestService;
use temporalio_protos::temporal::api::testservice::v1::{
    GetCurrentTimeResponse, LockTimeSkippingRequest, LockTimeSkippingResponse, SleepRequest,
    SleepResponse, SleepUntilRequest, UnlockTimeSkippingRequest, UnlockTimeSkippingResponse,
};
use tonic::{Request, Response, Status, async_trait};

use super::{
    reply::reply,
    status::{RpcError, invalid},
};
use crate::clock::{Clock, SkippingClock};

/// The methods of TestService.
#[derive(Clone)]
pub(crate) struct TestHandler {
    clock: SkippingClock,
}

impl TestHandler {
    pub(crate) fn new(clock: SkippingClock) -> Self {
        Self { clock }
    }
}

fn duration(request: &SleepRequest) -> Result<Duration, RpcError> {
    let span = Span::from_proto(request.duration.as_ref());
    match u64::try_from(span.0) {
        Ok(nanos) => Ok(Duration::from_nanos(nanos)),
        Err(_) => Err(invalid("Duration must not be negative.")),
    }
}

#[async_trait]
impl TestService for TestHandler {
    async fn lock_time_skipping(
        &self,
        _request: Request<LockTimeSkippingRequest>,
    ) -> Result<Response<LockTimeSkippingResponse>, Status> {
        self.clock.lock();
        Ok(reply(false, LockTimeSkippingResponse {}))
    }

    async fn unlock_time_skipping(
        &self,
        _request: Request<UnlockTimeSkippingRequest>,
    ) -> Result<Response<UnlockTimeSkippingResponse>, Status> {
        self.clock.unlock().map_err(RpcError::from)?;
        Ok(reply(false, UnlockTimeSkippingResponse {}))
    }

    async fn sleep(
        &self,
        request: Request<SleepRequest>,
    ) -> Result<Response<SleepResponse>, Status> {
        self.clock.sleep(duration(request.get_ref())?).await;
        Ok(reply(false, SleepResponse {}))
    }

    async fn sleep_until(
        &self,
        request: Request<SleepUntilRequest>,
    ) -> Result<Response<SleepResponse>, Status> {
        let Some(at) = &request.get_ref().timestamp else {
            return Err(invalid("Timestamp not set on request.").into());
        };
        self.clock.reach(Timestamp::from_proto(at)).await;
        Ok(reply(false, SleepResponse {}))
    }

    async fn unlock_time_skipping_with_sleep(
        &self,
        request: Request<SleepRequest>,
    ) -> Result<Response<SleepResponse>, Status> {
        let duration = duration(request.get_ref())?;
        self.clock
            .unlock_while_sleeping(duration)
            .await
            .map_err(RpcError::from)?;
        Ok(reply(false, SleepResponse {}))
    }

    async fn get_current_time(
        &self,
        _request: Request<prost_wkt_types::Empty>,
    ) -> Result<Response<GetCurrentTimeResponse>, Status> {
        let time = Some(self.clock.now().to_proto());
        Ok(reply(false, GetCurrentTimeResponse { time }))
    }
}
