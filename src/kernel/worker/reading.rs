//! Reads [`FromHost`] in one go.
//!
//! serde reads an enum whose tag stands among its fields twice: into a tree, and out of it. Reports of a thousand jobs are worth a
//! reader of their own, which takes all fields as they come and asks the kind only then. It reads what serde's own would.

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::protocol::{FromHost, JobReport, Slot};
use crate::kernel::dag::{JobError, LogStream};

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Loading,
    Ready,
    Lost,
    Log,
    Reported,
}

/// The fields of all kinds.
#[derive(Deserialize)]
struct Fields {
    kind: Kind,
    slot: Option<Slot>,
    stage: Option<String>,
    loaded: Option<u64>,
    total: Option<u64>,
    error: Option<JobError>,
    job: Option<u32>,
    stream: Option<LogStream>,
    text: Option<String>,
    reports: Option<Vec<JobReport>>,
}

impl<'de> Deserialize<'de> for FromHost {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Fields { kind, slot, stage, loaded, total, error, job, stream, text, reports } =
            Fields::deserialize(deserializer)?;
        let slot = || slot.ok_or_else(|| D::Error::missing_field("slot"));
        Ok(match kind {
            Kind::Loading => Self::Loading { slot: slot()?, stage: needed(stage, "stage")?, loaded, total },
            Kind::Ready => Self::Ready { slot: slot()? },
            Kind::Lost => Self::Lost { slot: slot()?, error: needed(error, "error")? },
            Kind::Log => {
                Self::Log { job: needed(job, "job")?, stream: needed(stream, "stream")?, text: needed(text, "text")? }
            }
            Kind::Reported => Self::Reported { slot: slot()?, reports: needed(reports, "reports")? },
        })
    }
}

fn needed<T, E: Error>(field: Option<T>, name: &'static str) -> Result<T, E> {
    field.ok_or_else(|| E::missing_field(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::dag::OutputSummary;
    use crate::kernel::skill::Runtime;

    #[test]
    fn what_is_written_is_read() {
        let slot = Slot { runtime: Runtime::Spice, index: 3 };
        let error = JobError { code: "c".into(), message: "m".into(), detail: None, line: Some(4) };
        let output = OutputSummary { name: "y".into(), bytes: 8, text: "1".into() };
        let reports = vec![
            JobReport { job: 7, duration_ms: 0.25, outputs: vec![output], error: None },
            JobReport { job: 8, duration_ms: 0.0, outputs: Vec::new(), error: Some(error.clone()) },
        ];
        let messages = vec![
            FromHost::Loading { slot, stage: "s".into(), loaded: Some(1), total: None },
            FromHost::Ready { slot },
            FromHost::Lost { slot, error },
            FromHost::Log { job: 2, stream: LogStream::Stderr, text: "t".into() },
            FromHost::Reported { slot, reports },
        ];
        let json = serde_json::to_string(&messages).unwrap();
        assert_eq!(serde_json::from_str::<Vec<FromHost>>(&json).unwrap(), messages);
    }

    #[test]
    fn a_field_that_is_missing_is_named() {
        let error = serde_json::from_str::<FromHost>(r#"{"kind": "lost", "slot": {"runtime": "python", "index": 0}}"#);
        assert!(error.unwrap_err().to_string().contains("error"));
    }
}
