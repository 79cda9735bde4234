import { expect, test } from 'vitest';
import { invitationLink, readInvitation } from '../../../preload/contract/invitation-link.ts';

const invitation = { url: 'https://sync.example.org:7070', token: 'Abc-_'.repeat(8) };

test('a link says its server and its token again, however it was pasted', () => {
  const link = invitationLink(invitation);
  expect(new URL(link).hash).toBe(`#${invitation.token}`);
  expect(new URL(link).search).toBe('');
  for (const pasted of [link, ` ${link}\n`]) expect(readInvitation(pasted)).toEqual(invitation);
});

test('everything else is no invitation', () => {
  for (const text of [
    '',
    'https://sync.example.org/join',
    'https://sync.example.org/join#short',
    `https://sync.example.org/other#${invitation.token}`,
    `https://me:secret@sync.example.org/join#${invitation.token}`,
    `javascript:alert(1)//join#${invitation.token}`,
    `https://sync.example.org/join?to=x#${invitation.token}`,
    `${invitationLink(invitation)} and more`,
  ]) {
    expect([text, readInvitation(text)]).toEqual([text, null]);
  }
});
