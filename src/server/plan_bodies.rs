//! The bytes of whole plans as they are sent: built and compressed once a version, not once a reader.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::collections::VecDeque;
use std::io::Write;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Bodies kept in memory: the published plan's and those being looked at.
const MAX_KEPT: usize = 6;

/// One plan as JSON, plain and compressed.
pub(super) struct PlanBody {
    pub plain: Arc<[u8]>,
    pub gzip: Arc<[u8]>,
}

impl PlanBody {
    /// Compresses a plan; takes a while for a large one.
    pub(super) fn new(plain: Vec<u8>) -> Self {
        let gzip = compressed(&plain);
        Self { plain: plain.into(), gzip: gzip.into() }
    }
}

/// The bodies that were asked for last, by their entity tag.
#[derive(Default)]
pub(super) struct PlanBodies(Mutex<VecDeque<(String, Arc<PlanBody>)>>);

impl PlanBodies {
    /// The body of this version, made by `build` unless it is kept. One is built at a time:
    /// those who wait for the same version find it done.
    pub(super) async fn get<E>(
        &self,
        tag: &str,
        build: impl AsyncFnOnce() -> Result<PlanBody, E>,
    ) -> Result<Arc<PlanBody>, E> {
        let mut kept = self.0.lock().await;
        if let Some((_, body)) = kept.iter().find(|(known, _)| known == tag) {
            return Ok(body.clone());
        }
        let body = Arc::new(build().await?);
        if kept.len() == MAX_KEPT {
            kept.pop_front();
        }
        kept.push_back((tag.to_owned(), body.clone()));
        Ok(body)
    }
}

/// The bytes in gzip, at the level where time and size are in balance.
fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.expect("writing to a vector cannot fail")
}
