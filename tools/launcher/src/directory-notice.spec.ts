import { expect, it } from '@jest/globals';
import { directoryNotice } from './directory-notice.js';

// The words of routing's warning are those of directory-file.service.ts.

const msg = 'the directory file was not taken: nothing of it was applied, and the directory is unchanged';
const gone = 'corridor KH-LG is in the directory but no longer in the file; write it again';
const edited = 'corridor KH-TH version 2 is in the directory with other content; give it version 3';
const logged = (...reasons: string[]) =>
  `{"level":30,"msg":"started"}\n${JSON.stringify({ level: 40, file: '/home/directory.json', reasons, msg })}\nnot JSON\n`;

it('says nothing while the file is taken', () => {
  expect(directoryNotice('', false)).toBeUndefined();
  expect(directoryNotice('{"level":30,"msg":"started"}\n', false)).toBeUndefined();
});

it.each([
  ['a home that was started with --networks', [gone], false, 'start it with the same folder'],
  ['a home that was started with other networks', [gone], true, 'put their folders back'],
  ['an edited file', [edited], false, 'Correct what the sentences name'],
])('says of %s what differs, and what to do', (_name, reasons, withNetworks, remedy) => {
  const notice = directoryNotice(logged(...reasons), withNetworks)!;
  expect(notice).toContain('was not taken: /home/directory.json');
  expect(notice).toContain(`  - ${reasons[0]}`);
  expect(notice.split('\n').at(-1)).toContain(remedy);
});

it('tells of the last start alone, and is not confused by lines that are cut', () => {
  expect(directoryNotice(logged(edited) + logged(gone), false)).not.toContain('KH-TH');
  expect(directoryNotice(logged(edited).slice(0, 120), false)).toBeUndefined();
});

it('names the approval that a file waits for', () => {
  const line = {
    level: 40,
    approval: 'routing.0193f5d2-1111-7000-8000-000000000001',
    file: '/home/directory.json',
  };
  const log = `${JSON.stringify({ ...line, msg: 'the directory file waits for operators to approve it' })}\n`;
  expect(directoryNotice(log, false)).toContain(`./tonle approvals show ${line.approval}`);
});
