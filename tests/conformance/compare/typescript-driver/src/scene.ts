/** What a program works with on one server: it never asks which one it is on. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import * as activities from './activities.js';

/** One thing that is compared. Histories are fetched by the reader of the answer. */
export type Recorded =
  | { kind: 'value'; label: string; value: unknown }
  | { kind: 'message'; label: string; type: string; bytes: string }
  | { kind: 'history'; label: string; workflow_id: string; run_id: string; tasks: boolean };

/** A class of messages, as protobufjs makes them. */
interface MessageType {
  name: string;
  encode(message: object): { finish(): Uint8Array };
}

/** What the programs on one server share. A worker's own start costs more than a program. */
interface Server {
  client: Client;
  native: NativeConnection;
  taskQueue: string;
}

const servers = new Map<string, Promise<Server>>();

async function serverAt(address: string, namespace: string): Promise<Server> {
  const connection = await Connection.connect({ address });
  const native = await NativeConnection.connect({ address });
  const server = { client: new Client({ connection, namespace }), native, taskQueue: `typescript-${randomUUID()}` };
  const worker = await newWorker(server, namespace, {});
  void worker.run();
  return server;
}

function newWorker(server: Server, namespace: string, options: Partial<WorkerOptions>): Promise<Worker> {
  return Worker.create({
    connection: server.native,
    namespace,
    taskQueue: server.taskQueue,
    workflowBundle: { codePath: join(__dirname, 'workflows-bundle.js') },
    activities,
    workflowThreadPoolSize: 1,
    maxHeartbeatThrottleInterval: 50,
    defaultHeartbeatThrottleInterval: 50,
    shutdownForceTime: '2 seconds',
    ...options,
  });
}

export class Scene {
  /** Whether the program's time is over. */
  over = false;
  private readonly ends: (() => Promise<void>)[] = [];

  private constructor(
    private readonly server: Server,
    readonly namespace: string,
    readonly name: string,
    private readonly recorded: Recorded[],
  ) {}

  static async open(address: string, namespace: string, name: string, recorded: Recorded[]): Promise<Scene> {
    let server = servers.get(address);
    if (!server) {
      server = serverAt(address, namespace);
      servers.set(address, server);
    }
    return new Scene(await server, namespace, name, recorded);
  }

  get client(): Client {
    return this.server.client;
  }

  /** The queue of the worker that all programs share. */
  get taskQueue(): string {
    return this.server.taskQueue;
  }

  /** Starts a worker of the program's own. */
  async work(options: Partial<WorkerOptions>): Promise<void> {
    const worker = await newWorker(this.server, this.namespace, { taskQueue: this.name, ...options });
    const ended = worker.run();
    this.ends.push(async () => {
      worker.shutdown();
      await ended;
    });
  }

  async close(): Promise<void> {
    for (const end of this.ends) await end();
  }

  /** Starts a workflow; its id is the scene's name with a suffix. */
  start(suffix: string, type: string, args: unknown[] = [], options: object = {}): Promise<WorkflowHandle> {
    return this.client.workflow.start(type, {
      workflowId: this.name + suffix,
      taskQueue: this.taskQueue,
      args,
      ...options,
    });
  }

  value(label: string, value: unknown): void {
    this.recorded.push({ kind: 'value', label, value });
  }

  /** Records what a call comes to. */
  async outcome(label: string, call: Promise<unknown>): Promise<void> {
    try {
      this.value(label, { value: (await call) ?? null });
    } catch (error) {
      this.value(label, { error: words(error) });
    }
  }

  /** Records an answer of the workflow service, field by field. */
  message(label: string, type: MessageType, message: object): void {
    this.recorded.push({
      kind: 'message',
      label,
      type: `temporal.api.workflowservice.v1.${type.name}`,
      bytes: Buffer.from(type.encode(message).finish()).toString('base64'),
    });
  }

  /** Has the whole history of a run compared. Without `tasks`, workflow tasks and the numbers of events are left out. */
  history(label: string, workflowId: string, { runId = '', tasks = true } = {}): void {
    this.recorded.push({ kind: 'history', label, workflow_id: workflowId, run_id: runId, tasks });
  }

  /** What the server says of a run now. */
  async describe(workflowId: string) {
    return this.client.workflowService.describeWorkflowExecution({ namespace: this.namespace, execution: { workflowId } });
  }

  async described(label: string, workflowId: string): Promise<void> {
    const type = temporal.api.workflowservice.v1.DescribeWorkflowExecutionResponse;
    this.message(label, type, await this.describe(workflowId));
  }

  /** Waits until `holds`. */
  async eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
    while (!(await holds())) {
      if (this.over) throw new Error(`never came to be: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Waits until the first workflow task of an open run is over, and none waits or runs: what comes next finds the same history everywhere. */
  async idle(workflowId: string): Promise<void> {
    await this.eventually(`${workflowId} is idle`, async () => {
      const { pendingWorkflowTask, workflowExecutionInfo } = await this.describe(workflowId);
      return !pendingWorkflowTask && Number(workflowExecutionInfo?.historyLength) > 3;
    });
  }

  /** Sends a signal to a run that is idle. */
  async signal(workflowId: string, name: string, ...args: unknown[]): Promise<void> {
    await this.idle(workflowId);
    await this.client.workflow.getHandle(workflowId).signal(name, ...args);
  }
}

/** An error and what caused it, one by one. */
export function words(error: unknown): string[] {
  const told: string[] = [];
  for (let current = error; current instanceof Error; current = current.cause) {
    const type = current instanceof ApplicationFailure ? ` ${current.type}` : '';
    const details = current instanceof ApplicationFailure ? JSON.stringify(current.details ?? []) : '';
    told.push(`${current.name}${type}: ${current.message} ${details}`);
  }
  return told;
}
