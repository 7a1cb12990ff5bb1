//! The day, as far as the caller's role needs it.

use crate::access::Principal;
use crate::conditional::tagged;
use crate::error::Answer;
use crate::on_day::OnDay;
use crate::wire::DayView;
use axum::http::HeaderMap;

/// Dispatchers see every courier on duty, couriers themselves, centres the couriers who start there.
pub(crate) async fn show(OnDay(state): OnDay, principal: Principal, headers: HeaderMap) -> Answer {
    let mut view = DayView::new(state.day(), &state.config().attribution);
    view.couriers.retain(|courier| {
        principal.is_dispatcher()
            || principal.courier().is_some_and(|own| own.as_str() == courier.id)
            || principal.is_at(&courier.base)
    });
    tagged(&headers, &view)
}
