import type { Directory } from '@tonle/directory';

/** Days of reports are those of the home network, whose banks read them: its time is ahead of UTC by this. */
export function homeOffsetMinutes(directory: Pick<Directory, 'corridorsIncludingEnded'>): number {
  return directory.corridorsIncludingEnded()[0]?.home.calendar.utcOffsetMinutes ?? 0;
}
