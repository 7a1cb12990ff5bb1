//! The day, as far as the reader needs it.

use crate::access::Reader;
use crate::conditional::tagged;
use crate::error::Answer;
use crate::state::AppState;
use crate::wire::DayView;
use axum::extract::State;
use axum::http::HeaderMap;

/// Dispatchers see everybody on duty, couriers themselves, centres those who start there.
pub(crate) async fn show(State(state): State<AppState>, reader: Reader, headers: HeaderMap) -> Answer {
    let mut view = DayView::new(state.day(), &state.config().attribution);
    view.couriers.retain(|courier| {
        reader.is_dispatcher()
            || reader.courier().is_some_and(|own| own.as_str() == courier.id)
            || reader.is_at(&courier.base)
    });
    tagged(&headers, &view)
}
