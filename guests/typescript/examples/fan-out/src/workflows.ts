// A parent that fans out to children, which may run in another module, and be written in another language.

import { executeChild, sleep, workflowInfo } from '@temporalio/workflow';

interface FanOutInput {
  numbers: number[];
  /** Where the children run; the parent's own queue if it does not say. */
  child_task_queue?: string | null;
}

/** Squares each number in a child of its own, all at once, and adds them up. */
export async function FanOut({ numbers, child_task_queue }: FanOutInput): Promise<{ total: number; children: number }> {
  const { workflowId } = workflowInfo();
  const squares = await Promise.all(
    numbers.map((number, index) =>
      executeChild<typeof Square>('Square', {
        args: [number],
        workflowId: `${workflowId}/square/${index}`,
        taskQueue: child_task_queue ?? undefined,
      }),
    ),
  );
  return { total: squares.reduce((sum, square) => sum + square, 0), children: squares.length };
}

/** Takes its time, and squares a number. */
export async function Square(number: number): Promise<number> {
  await sleep(10);
  return number * number;
}
