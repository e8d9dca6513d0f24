// Workflows that import what a workflow does not get, each named after what it asks for.

import { setTimeout as wait } from 'node:timers/promises';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { execFileSync } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { createInterface } from 'node:readline';

export async function Sleep(): Promise<void> {
  await wait(1000);
}

export async function Files(): Promise<string> {
  return readFileSync('/etc/hostname', 'utf8');
}

export async function Sockets(): Promise<void> {
  connect(80, '127.0.0.1');
}

export async function Processes(): Promise<void> {
  execFileSync('true');
}

export async function Threads(): Promise<void> {
  new Worker('./other.js');
}

export async function Stdin(): Promise<string> {
  return await new Promise((resolve) => createInterface({ input: process.stdin }).question('', resolve));
}
