import { SandboxTime } from '@tonle/security';

/**
 * Whether this installation says that it is a sandbox (`TONLE_SANDBOX`): only there may time be moved and what is between
 * our own processes go without protection. Throws for what is neither `true` nor `false`.
 */
export function isSandbox(settings: Readonly<Record<string, string | undefined>>): boolean {
  const text = settings['TONLE_SANDBOX'] ?? 'false';
  if (text !== 'true' && text !== 'false')
    throw new Error(`TONLE_SANDBOX must be true or false, not ${text}`);
  return text === 'true';
}

/** How far a sandbox is ahead of the machine's time (`TONLE_SANDBOX_TIME_FILE`); undefined when this is none, or nobody can move it. */
export function sandboxTimeOf(
  settings: Readonly<Record<string, string | undefined>>,
): SandboxTime | undefined {
  const file = settings['TONLE_SANDBOX_TIME_FILE'];
  return isSandbox(settings) && file !== undefined ? new SandboxTime(file) : undefined;
}
