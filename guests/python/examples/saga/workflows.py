"""Saga: book the parts of a trip; when one can't be had, cancel the others in the reverse order.

The activities are those of guests/rust/examples/worker.py, on the module's own queue.
"""

from dataclasses import dataclass
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError

TIMEOUT = timedelta(seconds=10)


@dataclass
class Trip:
    """What to book, in this order: for example car, hotel, flight."""

    trip_id: str
    parts: list[str]


@dataclass
class Booking:
    trip_id: str
    kind: str


@workflow.defn
class BookTrip:
    """Books all of a trip or nothing of it. Returns the confirmations; fails with the first refusal."""

    def __init__(self) -> None:
        self._cancelled: list[str] = []

    @workflow.run
    async def run(self, trip: Trip) -> list[str]:
        booked: list[Booking] = []
        confirmations: list[str] = []
        for kind in trip.parts:
            booking = Booking(trip.trip_id, kind)
            try:
                confirmation = await workflow.execute_activity(
                    "book",
                    booking,
                    result_type=str,
                    start_to_close_timeout=TIMEOUT,
                    retry_policy=RetryPolicy(maximum_attempts=2),
                )
            except ActivityError:
                await self._compensate(booked)
                raise
            confirmations.append(confirmation)
            booked.append(booking)
        return confirmations

    @workflow.query
    def cancelled(self) -> list[str]:
        """What was cancelled, in the order in which it was."""
        return self._cancelled

    async def _compensate(self, booked: list[Booking]) -> None:
        """Cancels bookings, last first. A cancellation is retried until it succeeds."""
        for booking in reversed(booked):
            await workflow.execute_activity("cancel_booking", booking, start_to_close_timeout=TIMEOUT)
            self._cancelled.append(booking.kind)
