// Workflows that ask for what a workflow does not get, each named after what it asks for. What can't even be imported is asked for in
// imports.ts, which the build refuses.

export async function Clock(): Promise<number> {
  return performance.now();
}

export async function Randomness(): Promise<number> {
  return crypto.getRandomValues(new Uint8Array(1))[0];
}

export async function Uuid(): Promise<string> {
  return crypto.randomUUID();
}

export async function Environment(): Promise<string | undefined> {
  return process.env.HOME;
}

export async function Http(): Promise<string> {
  const response = await fetch('http://127.0.0.1');
  return await response.text();
}

export async function UnboundedMemory(): Promise<number> {
  const held: Uint8Array[] = [];
  for (;;) held.push(new Uint8Array(1 << 20).fill(1));
}

export async function EndlessLoop(): Promise<void> {
  for (;;);
}

export async function DeepRecursion(): Promise<number> {
  const deeper = (depth: number): number => deeper(depth + 1) + 1;
  return deeper(0);
}

export async function LateImport(): Promise<unknown> {
  const name = ['lo', 'dash'].join('');
  return await import(name);
}
