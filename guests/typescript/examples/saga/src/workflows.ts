// Saga: book the parts of a trip; when one can't be had, cancel the others in the reverse order.

import { defineQuery, proxyActivities, setHandler } from '@temporalio/workflow';

interface Booking {
  trip_id: string;
  kind: string;
}

/** What to book, in this order: for example car, hotel, flight. */
interface Trip {
  trip_id: string;
  parts: string[];
}

/** The activities of `worker.py`, on this workflow's own task queue. */
interface TripActivities {
  book(booking: Booking): Promise<string>;
  cancel_booking(booking: Booking): Promise<string>;
}

const { book } = proxyActivities<TripActivities>({ startToCloseTimeout: '10s', retry: { maximumAttempts: 2 } });
/** A cancellation is retried until it succeeds. */
const { cancel_booking } = proxyActivities<TripActivities>({ startToCloseTimeout: '10s' });

export const cancelled = defineQuery<string[]>('cancelled');

/** Books all of a trip or nothing of it. Returns the confirmations; fails with the first refusal. */
export async function BookTrip(trip: Trip): Promise<string[]> {
  const undone: string[] = [];
  setHandler(cancelled, () => undone, { description: 'What was cancelled, in the order in which it was.' });

  const booked: Booking[] = [];
  const confirmations: string[] = [];
  for (const kind of trip.parts) {
    const booking = { trip_id: trip.trip_id, kind };
    try {
      confirmations.push(await book(booking));
      booked.push(booking);
    } catch (refusal) {
      for (const earlier of booked.reverse()) {
        await cancel_booking(earlier);
        undone.push(earlier.kind);
      }
      throw refusal;
    }
  }
  return confirmations;
}
