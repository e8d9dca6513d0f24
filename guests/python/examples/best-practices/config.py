"""Where the server is and which queue is polled, from the environment."""

import os
from dataclasses import dataclass


@dataclass
class Config:
    temporal_address: str
    namespace: str
    task_queue: str


def get_config() -> Config:
    return Config(
        temporal_address=os.environ.get("TEMPORAL_ADDRESS", "127.0.0.1:7233"),
        namespace=os.environ.get("TEMPORAL_NAMESPACE", "default"),
        task_queue=os.environ.get("TASK_QUEUE", "best-practices"),
    )
