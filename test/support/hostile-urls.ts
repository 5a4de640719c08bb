/** URLs with which a user tries to reach what only the server can reach. The decoy listens on each address of this machine. */
export const hostileUrls = (port: number): string[] => [
  ...HOSTS_OF_THIS_MACHINE.map((host) => `http://${host}:${port}/secret?token=canary`),
  ...HOSTS_ELSEWHERE.flatMap((host) => [`http://${host}/latest/meta-data/`, `https://${host}/`]),
  ...texts(port),
];

const HOSTS_OF_THIS_MACHINE = [
  // IPv4, in all spellings that the WHATWG parser accepts
  ...['127.0.0.1', '127.8.9.10', '127.1', '127.0.1', '2130706433', '0x7f000001', '0x7f.0.0.1', '0X7F.1'],
  ...['0177.0.0.1', '017700000001', '0177.0x0.0.1', '127.000.000.001', '127.0.0.1.', '0.0.0.0', '0', '0x0'],
  ...['１２７.０.０.１', '①②⑦.⓪.⓪.①', '127。0。0。1', '127．0．0．1', '%31%32%37.0.0.1', '127%2e0.0.1'],
  // IPv6, and IPv4 within it
  ...['[::1]', '[0:0:0:0:0:0:0:1]', '[0000::0001]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]'],
  ...['[::127.0.0.1]', '[::ffff:0:127.0.0.1]', '[64:ff9b::127.0.0.1]', '[64:ff9b:1::7f00:1]'],
  ...['[2002:7f00:1::]', '[2001:0:7f00:1::80ff:fffe]', '[::1%25lo]', '[fe80::1%25eth0]'],
  // Names
  ...[
    'localhost',
    'LOCALHOST',
    'localhost.',
    'a.localhost',
    'lo%63alhost',
    'ｌocalhost',
    'localhost.localdomain.',
  ],
  ...[
    'local.test',
    'six.test',
    'mapped.test',
    'mixed.test',
    'mixed-six.test',
    'zero.test',
    'UPPER.local.test',
  ],
];

const HOSTS_ELSEWHERE = [
  ...['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', '100.100.100.200'],
  ...['169.254.169.254', '169.254.170.2', '168.63.129.16', '192.0.0.192', '0xa9fea9fe', '2852039166'],
  ...['192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '192.88.99.1', '0.1.2.3'],
  ...['224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255'],
  ...['[fd00:ec2::254]', '[fc00::1]', '[fe80::1]', '[fec0::1]', '[ff02::1]', '[2001:db8::1]', '[3fff::1]'],
  ...[
    '[100::1]',
    '[5f00::1]',
    '[2001:2::1]',
    '[64:ff9b::a9fe:a9fe]',
    '[::ffff:169.254.169.254]',
    '[4000::1]',
  ],
  ...['private.test', 'metadata.test', 'ula.test', 'nat64.test', 'metadata', 'redis', 'kubernetes.default'],
];

const texts = (port: number): string[] => [
  // User info, and other texts that show another host than the one that is called
  ...[
    `http://user:pass@127.0.0.1:${port}/`,
    `http://example.com@127.0.0.1:${port}/`,
    'http://127.0.0.1@8.8.8.8/',
  ],
  ...[
    'http://:@8.8.8.8/',
    'http://@8.8.8.8/',
    `http://8.8.8.8\\@127.0.0.1:${port}/`,
    `http:\\\\127.0.0.1:${port}/`,
  ],
  ...[`http://127.0.0.1:${port}#@8.8.8.8/`, `http://127.0.0.1:${port}?@8.8.8.8/`, `http:127.0.0.1:${port}`],
  ...[`http:/127.0.0.1:${port}/`, `http:///127.0.0.1:${port}/`, `//127.0.0.1:${port}/`, `127.0.0.1:${port}`],
  ...[` http://127.0.0.1:${port}/`, `ht\ntp://127.0.0.1:${port}/`, `http://127.0.\t0.1:${port}/`],
  ...[
    `http://127.0.0.1:${port}/\r\nHost: a`,
    `http://local.test\u200b:${port}/`,
    `http://8.8.8.8 .127.0.0.1/`,
  ],
  // Ports of services that are not HTTP
  ...[
    'http://8.8.8.8:22/',
    'http://8.8.8.8:25/',
    'http://8.8.8.8:0/',
    'http://8.8.8.8:1023/',
    'https://8.8.8.8:445/',
  ],
  ...['http://8.8.8.8:65536/', 'http://8.8.8.8:-1/', 'http://8.8.8.8:80a/'],
  // Schemes
  ...[
    'ftp://8.8.8.8/',
    'file:///etc/passwd',
    'gopher://127.0.0.1:6379/_INFO',
    'data:text/plain,a',
    'ws://8.8.8.8/',
  ],
  ...[
    'javascript:alert(1)',
    'unix:/var/run/docker.sock',
    'http+unix://%2Fvar%2Frun%2Fdocker.sock/',
    'blob:http://a/',
  ],
  // Forms
  ...[
    '',
    'http://',
    'http://?a',
    'http://#',
    'http://a..b/',
    'http://.test/',
    `http://8.8.8.8/${'a'.repeat(2000)}`,
    'http://8.8.8.8/\ud800',
  ],
  ...[
    'http://[::1',
    'http://[v1.a]/',
    'http://a_b',
    'http://1.2.3.4.5/',
    'http://256.1.1.1/',
    'http://absent.test/',
  ],
];
