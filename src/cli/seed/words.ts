export const NAMES = [
  ...['Ada Lovelace', 'Grace Hopper', 'Edsger Dijkstra', 'Barbara Liskov', 'Donald Knuth', 'Radia Perlman'],
  ...[
    'Tony Hoare',
    'Frances Allen',
    'Ken Thompson',
    'Karen Spärck Jones',
    'Niklaus Wirth',
    'Shafi Goldwasser',
  ],
  ...['Leslie Lamport', 'Mary Shaw', 'Alan Kay', 'Adele Goldberg', 'Michael Stonebraker', 'Lynn Conway'],
  ...['Andrei Ershov', 'Jean Sammet'],
];

export const TOPICS = [
  ...[
    'PostgreSQL',
    'Databases',
    'Indexes',
    'Transactions',
    'Replication',
    'Backups',
    'Kubernetes',
    'Helm',
    'Linux',
  ],
  ...[
    'Networks',
    'HTTP',
    'TLS',
    'Caching',
    'Redis',
    'Queues',
    'Testing',
    'Types',
    'TypeScript',
    'Node.js',
    'NestJS',
  ],
  ...['REST', 'OpenAPI', 'Pagination', 'Security', 'Passwords', 'Sessions', 'Logging', 'Metrics', 'Tracing'],
  ...[
    'On call',
    'Incidents',
    'Releases',
    'Migrations',
    'Schemas',
    'Time zones',
    'Unicode',
    'Printing',
    'Typography',
  ],
  ...['Ships', 'Books'],
];

export const MANNERS = [
  ...[
    'A quiet word on',
    'What nobody tells about',
    'The long way to',
    'Ten years of',
    'In defence of',
    'Small steps to',
  ],
  ...[
    'Notes on',
    'How we broke',
    'How we mended',
    'The price of',
    'A proof of',
    'Against',
    'Before',
    'After',
    'Twice',
  ],
];

export const WORDS = (
  'a galley proof is what the printer checks before run and ship with helm every row has its reason some lines wait for ' +
  'their turn when two writers meet one of them must give way so we measured it again found that slow part was not where ' +
  'anybody looked nothing here is new but all of it took time to learn first rule says keep state in one place second ' +
  'write down why third let machine check what people forget readers come and go while index stays warm until somebody ' +
  'drops it on Friday evening then lights turn red phone rings and log tells everything except cause'
).split(' ');

export const REPLIES = [
  'Well said.',
  'We saw the *same* thing last year, and it was the cache.',
  'Does this hold with `READ COMMITTED`, too?',
  'Thank you, I have been looking for this for days.',
  '> nothing here is new\n\nIt was to me.',
  'I disagree: measure it with **two** writers.',
  'See also [the manual](https://www.postgresql.org/docs/current/).',
  'Yes, and it gets worse with more tags:\n\n- one index\n- two indexes\n- a Friday',
];
