/** Activities of the programs. */
import { activityInfo, ApplicationFailure, CompleteAsyncError, Context, heartbeat } from '@temporalio/activity';

/** `what` says how it ends. */
export async function step(what: string): Promise<string> {
  const { attempt, heartbeatDetails } = activityInfo();
  switch (what) {
    case 'twice':
      if (attempt < 3) throw ApplicationFailure.create({ message: 'not yet', type: 'NotYet', details: [attempt] });
      return what;
    case 'soon':
      if (attempt < 2) throw ApplicationFailure.create({ message: 'later', type: 'Later', nextRetryDelay: '10 ms' });
      return what;
    case 'never':
      throw ApplicationFailure.nonRetryable('no use', 'Fatal', 'a detail', 5);
    case 'resume':
      if (heartbeatDetails === undefined) {
        heartbeat('half');
        throw ApplicationFailure.retryable('lost', 'Lost');
      }
      return `resumed at ${String(heartbeatDetails)}`;
    case 'beat': {
      const beating = setInterval(() => heartbeat('beating'), 20);
      try {
        return await Context.current().cancelled;
      } finally {
        clearInterval(beating);
      }
    }
    case 'silent':
      return await Context.current().cancelled;
    case 'elsewhere':
      throw new CompleteAsyncError();
    default:
      return what;
  }
}
