//! The few fields of coresdk's messages that this guest uses, under their tags.

pub use prost::Message;

#[derive(Clone, PartialEq, Message)]
pub struct Activation {
    #[prost(string, tag = "1")]
    pub run_id: String,
    #[prost(message, repeated, tag = "5")]
    pub jobs: Vec<Job>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Job {
    #[prost(oneof = "job::Variant", tags = "1, 2, 5, 7")]
    pub variant: Option<job::Variant>,
}

pub mod job {
    #[derive(Clone, PartialEq, prost::Oneof)]
    pub enum Variant {
        #[prost(message, tag = "1")]
        Initialize(super::Initialize),
        #[prost(message, tag = "2")]
        FireTimer(super::FireTimer),
        #[prost(message, tag = "5")]
        Query(super::Query),
        #[prost(message, tag = "7")]
        Signal(super::Signal),
    }
}

#[derive(Clone, PartialEq, Message)]
pub struct Initialize {
    #[prost(string, tag = "1")]
    pub workflow_type: String,
    #[prost(message, repeated, tag = "3")]
    pub arguments: Vec<Payload>,
}

#[derive(Clone, PartialEq, Message)]
pub struct FireTimer {
    #[prost(uint32, tag = "1")]
    pub seq: u32,
}

#[derive(Clone, PartialEq, Message)]
pub struct Query {
    #[prost(string, tag = "1")]
    pub query_id: String,
}

#[derive(Clone, PartialEq, Message)]
pub struct Signal {
    #[prost(string, tag = "1")]
    pub signal_name: String,
}

#[derive(Clone, PartialEq, Message)]
pub struct Payload {
    #[prost(bytes = "vec", tag = "2")]
    pub data: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Completion {
    #[prost(string, tag = "1")]
    pub run_id: String,
    #[prost(message, optional, tag = "2")]
    pub success: Option<Success>,
    #[prost(message, optional, tag = "3")]
    pub failed: Option<Failed>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Success {
    #[prost(message, repeated, tag = "1")]
    pub commands: Vec<Command>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Failed {
    #[prost(message, optional, tag = "1")]
    pub failure: Option<Failure>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Failure {
    #[prost(string, tag = "1")]
    pub message: String,
}

#[derive(Clone, PartialEq, Message)]
pub struct Command {
    #[prost(oneof = "command::Variant", tags = "1, 3, 6")]
    pub variant: Option<command::Variant>,
}

pub mod command {
    #[derive(Clone, PartialEq, prost::Oneof)]
    pub enum Variant {
        #[prost(message, tag = "1")]
        StartTimer(super::StartTimer),
        #[prost(message, tag = "3")]
        Answer(super::Answer),
        #[prost(message, tag = "6")]
        Complete(super::Complete),
    }
}

#[derive(Clone, PartialEq, Message)]
pub struct StartTimer {
    #[prost(uint32, tag = "1")]
    pub seq: u32,
    #[prost(message, optional, tag = "2")]
    pub start_to_fire_timeout: Option<Duration>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Duration {
    #[prost(int64, tag = "1")]
    pub seconds: i64,
}

#[derive(Clone, PartialEq, Message)]
pub struct Answer {
    #[prost(string, tag = "1")]
    pub query_id: String,
    #[prost(message, optional, tag = "2")]
    pub succeeded: Option<Succeeded>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Succeeded {
    #[prost(message, optional, tag = "1")]
    pub response: Option<Payload>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Complete {
    #[prost(message, optional, tag = "1")]
    pub result: Option<Payload>,
}

impl Answer {
    pub fn succeeded(query_id: &str, response: Payload) -> Self {
        Self {
            query_id: query_id.to_owned(),
            succeeded: Some(Succeeded {
                response: Some(response),
            }),
        }
    }
}

impl Completion {
    pub fn success(activation: &Activation, commands: Vec<Command>) -> Vec<u8> {
        let success = Some(Success { commands });
        Self {
            run_id: activation.run_id.clone(),
            success,
            ..Default::default()
        }
        .encode_to_vec()
    }

    pub fn result(activation: &Activation, data: Vec<u8>) -> Vec<u8> {
        let complete = Complete {
            result: Some(Payload { data }),
        };
        Self::success(
            activation,
            vec![Command {
                variant: Some(command::Variant::Complete(complete)),
            }],
        )
    }

    pub fn failure(activation: &Activation, message: &str) -> Vec<u8> {
        let failure = Some(Failure {
            message: message.to_owned(),
        });
        let failed = Some(Failed { failure });
        Self {
            run_id: activation.run_id.clone(),
            failed,
            ..Default::default()
        }
        .encode_to_vec()
    }

    pub fn empty_command(activation: &Activation) -> Vec<u8> {
        Self::success(activation, vec![Command { variant: None }])
    }

    pub fn nothing(activation: &Activation) -> Vec<u8> {
        Self::success(activation, Vec::new())
    }
}
