// The activity: ordinary code that may use files, the network and the clock. Workflows import its types only.

export async function composeGreeting(name: string): Promise<string> {
  return `Hello, ${name}!`;
}
