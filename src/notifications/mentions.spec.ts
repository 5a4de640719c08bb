import { describe, expect, it } from '@jest/globals';
import { cpuMs, LINEAR_MS } from '../../test/support/cpu-time.js';
import { mentionsIn } from './mentions.js';

describe('mentionsIn', () => {
  it('returns the names that each mention can mean, the longest first', () => {
    expect(mentionsIn('Hello @Ada Lovelace, hello')).toEqual([
      ['Ada Lovelace, hello', 'Ada Lovelace,', 'Ada Lovelace', 'Ada'],
    ]);
    expect(mentionsIn('@Ada @"Grace Hopper" says')).toEqual([['Ada'], ['Grace Hopper']]);
    expect(mentionsIn('@Ada.\n@Bob')).toEqual([['Ada.', 'Ada'], ['Bob']]);
  });

  it.each([
    ['.@Dan', 'Dan'],
    ['-@Dan', 'Dan'],
    ['[@Dan](https://example.com)', 'Dan'],
    ['_@Dan_ **@Dan**', 'Dan'],
    ['(@Dan)', 'Dan'],
    ['@Dan(editor)', 'Dan'],
    ['@Dan,please', 'Dan'],
    ["@Dan's", 'Dan'],
    ['@O’Neil’s', 'O’Neil'],
    ['＠Dan', 'Dan'],
    ['你好@Dan你好', 'Dan'],
    ['안녕@Dan님', 'Dan'],
    ['你好@小明，你好', '小明'],
    ["**@Zed**'s post", 'Zed'],
    ['_@Zed_’s', 'Zed'],
    ["`@Zed`'s", 'Zed'],
    ["~~@Zed~~'s", 'Zed'],
    ["***@Zed's***", 'Zed'],
    ['**@Zed**posted', 'Zed'],
    ["@ZED'S", 'ZED'],
    ['@Zedʼs', 'Zed'],
    ['ユーザー@Zed', 'Zed'],
    ['@Zedーさん', 'Zed'],
    ['ขอบคุณ@Zed', 'Zed'],
    ['ดี@Zedครับ', 'Zed'],
    ['ຂອບໃຈ@Zed', 'Zed'],
    ['អរគុណ@Zed', 'Zed'],
    ['ဆရာမ@Zed', 'Zed'],
    ['@Иван你好', 'Иван'],
    ["@Zed's你好", 'Zed'],
    ['@Zed—great', 'Zed'],
    ['@Zed–great', 'Zed'],
    ['@Zed…great', 'Zed'],
    ['@Zed...great', 'Zed'],
    ['@Zed--great', 'Zed'],
    ['|@Zed|x|', 'Zed'],
    ['@Zed《x》', 'Zed'],
    ['@अनु, नमस्ते', 'अनु'],
    ['@Zed❤️', 'Zed'],
    ['见 https://x.example/，@Zed', 'Zed'],
    ['(https://x.example/?u=@Ann)@Zed', 'Zed'],
    ['[x](https://x.example/a_(b)?u=@Ann)@Zed', 'Zed'],
    ['|https://x.example/@Ann|@Zed|', 'Zed'],
    ['reviewer=@Zed', 'Zed'],
    ['你好.好吗?@Zed', 'Zed'],
    ['你好/好吗?@Zed', 'Zed'],
    ['e.g.: and/or, @Zed', 'Zed'],
  ])('finds in %j the name %s', (text, name) => {
    for (const names of mentionsIn(text)) expect(names.at(-1)).toBe(name);
    expect(mentionsIn(text).length).toBeGreaterThan(0);
  });

  it.each([
    ['@dan_k', ['dan_k']],
    ['@dan/app', ['dan/app']],
    ['@dan:example.com', ['dan:example.com']],
    ['@Jean-Luc', ['Jean-Luc']],
    ['@Ada x.example/ Lovelace', ['Ada']],
  ])('does not shorten or lengthen %s, which can be another name', (text, names) => {
    expect(mentionsIn(text)).toEqual([names]);
  });

  it.each([
    ["**@Zed Doe**'s", ['Zed Doe', 'Zed']],
    ['_@Zed Doe_’s', ['Zed Doe', 'Zed']],
    ["@O'Neil's's", ["O'Neil's", "O'Neil's's"]],
  ])('finds in %j also the longer names', (text, names) => {
    expect(mentionsIn(text)[0]).toEqual(expect.arrayContaining(names));
  });

  it.each([
    ['@Zed/@Ann', ['Zed', 'Ann']],
    ['@Zed Doe/@Ann/@Bob Roe', ['Zed', 'Ann', 'Bob']],
    ['_@Zed_/_@Ann_', ['Zed', 'Ann']],
    ['@"Zed Doe"/@Ann', ['Zed Doe', 'Ann']],
    ['@types/node/@Ann', ['types/node']],
    ['x/@Zed/@Ann', []],
  ])('finds in %j each of several names between slashes, but none in a path', (text, names) => {
    expect(mentionsIn(text).map((each) => each.at(-1))).toEqual(names);
  });

  it('finds no mention in an address, and none without a name', () => {
    for (const text of [
      'ada@example.com',
      'https://example.com/@ada',
      'a@@ada',
      '@ ada',
      '@',
      '@"',
      '@.ada',
      'a.@ada',
      'a_@ada',
      'ada＠x',
      'https://x.example/?u=@Zed',
      'https://x.example/a?b,@Zed&v=@Ann#@Bob',
      'https://x.example/a_(b)/(@Zed)',
      'HTTPS://X.EXAMPLE/~@Zed',
      '**https://x.example/!@Zed**',
      'ftp://me:secret@x.example/:@Zed',
      'www.x.example/:@Zed',
      'x.example:8080/?@Zed',
      'x.example?u=@Zed',
      '见x.example/@Zed',
      'http://[::1]:80/?u=@Zed',
      'http://localhost/?to[]=@Zed',
      '[x](/users?u=@Zed&v=@Ann)',
      'docs/@Zed',
      'docs/.@Zed',
      'अजय@डाटा.भारत',
      'मेरी@Zed',
    ])
      expect([text, mentionsIn(text)]).toEqual([text, []]);
  });

  it('finds 20 mentions at most', () => {
    expect(mentionsIn('@a '.repeat(50))).toHaveLength(20);
  });

  it.each([
    '@',
    '@a',
    ' @"',
    `@"${'a'.repeat(101)}`,
    '!@a! ',
    '.@a',
    '＠',
    "@a's ",
    '你@a你',
    '@a \t \t',
    `@${'a'.repeat(99)} `,
    'a.',
    'a',
    'a.aa ',
    `${'a'.repeat(63)}.`,
    '://',
    '://(',
    '://[',
    `://(${'a'.repeat(196)}`,
    '@a/',
    '/@a',
    '?a=@',
    `?${'a'.repeat(50)}=@a`,
    'अि',
    '!\u0301',
    "@a_'s",
  ])('reads a megabyte of %j in linear time', (piece) => {
    const text = piece.repeat(1_000_000 / piece.length);
    expect(cpuMs(() => void mentionsIn(text))).toBeLessThan(LINEAR_MS);
  });
});
