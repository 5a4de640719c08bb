import type { Target } from './processes.ts';
import { creations, get, LONG_BODY, post } from './requests.ts';
import { LOGIN, loginBody, POSTS, type Subjects } from './subjects.ts';
import { byZipf, TAIL, uniformly } from './tail.ts';

const MANY = 1000;

/** Who is asked, and the requests that are sent in turn. */
export interface Side {
  target: Target;
  requests: string[];
}

export interface Scenario {
  name: string;
  ours: Side;
  /** The name of what Galley is compared with. */
  limit: string;
  theirs: Side;
  /** The ratio to the limit that Galley should reach. */
  aim?: number;
  connections?: number;
  /** The server has one core for itself, and the client another. */
  onOneCore?: boolean;
}

const side = (target: Target, requests: string[]): Side => ({ target, requests });

/** Every scenario, in the order of the table. */
export const scenariosOf = (subjects: Subjects): Scenario[] => [
  ...cachedReads(subjects),
  ...readsBesidePlugins(subjects),
  ...longTail(subjects),
  ...uncachedReads(subjects),
  ...creationsOfPosts(subjects),
  logins(subjects), // after the creations, because a login ends the session that creates
  manyConnections(subjects),
];

/** A list and a post, each beside the same two routes of the limit. */
function listAndPost(
  galley: Target,
  theirs: Target,
  { data }: Subjects,
  how: string,
  against: Pick<Scenario, 'limit' | 'aim' | 'onOneCore'>,
): Scenario[] {
  return [
    {
      name: `list of 20, ${how}`,
      ours: side(galley, [get(POSTS)]),
      theirs: side(theirs, [get('/list')]),
      ...against,
    },
    {
      name: `one post, ${how}`,
      ours: side(galley, [get(`${POSTS}/${data.slug}`)]),
      theirs: side(theirs, [get('/post')]),
      ...against,
    },
  ];
}

const cachedReads = (subjects: Subjects): Scenario[] =>
  listAndPost(subjects.cached, subjects.limits.fastify, subjects, 'cached', {
    limit: 'bare Fastify',
    aim: 0.6,
  });

const readsBesidePlugins = (subjects: Subjects): Scenario[] =>
  listAndPost(subjects.cached, subjects.limits.equipped, subjects, 'cached, plugins', {
    limit: 'equipped Fastify',
    aim: 0.8,
    onOneCore: true,
  });

function longTail({ cached, uncached, limits: { node }, slugs }: Subjects): Scenario[] {
  const orders = { uniform: uniformly(slugs), Zipf: byZipf(slugs) };
  const servers = { 'cache on': cached, 'cache off': uncached };
  return Object.entries(orders).flatMap(([order, asked]) =>
    Object.entries(servers).map(([cache, galley]) => ({
      name: `one of ${TAIL}, ${order}, ${cache}`,
      ours: side(
        galley,
        asked.map((slug) => get(`${POSTS}/${slug}`)),
      ),
      limit: 'node:http + SQL',
      theirs: side(
        node,
        asked.map((slug) => get(`/tail/${slug}`)),
      ),
      aim: 0.8,
      onOneCore: true,
    })),
  );
}

function uncachedReads({ uncached, limits: { node }, data }: Subjects): Scenario[] {
  const limit = 'node:http + SQL';
  return [
    {
      name: 'list of 20, uncached',
      ours: side(uncached, [get(POSTS)]),
      limit,
      theirs: side(node, [get('/list')]),
      aim: 0.6,
    },
    {
      name: 'one post, uncached',
      ours: side(uncached, [get(`${POSTS}/${data.slug}`)]),
      limit,
      theirs: side(node, [get('/post')]),
    },
  ];
}

function creationsOfPosts({ cached, limits, data: { tags }, accessToken }: Subjects): Scenario[] {
  const headers = `Authorization: Bearer ${accessToken}\r\n`;
  const sides = (body?: string) => ({
    ours: side(cached, creations({ path: POSTS, tags, headers, body })),
    limit: 'node:http + SQL',
    theirs: side(limits.node, creations({ path: '/create', tags, body })),
  });
  return [
    { name: 'create', ...sides(), aim: 0.6 },
    { name: 'create, 10 KB', ...sides(LONG_BODY) },
  ];
}

const logins = ({ cached, limits, data }: Subjects): Scenario => ({
  name: 'login',
  ours: side(cached, [post(LOGIN, loginBody(data))]),
  limit: 'bare hash',
  theirs: side(limits.node, [post('/login', loginBody(data))]),
  aim: 0.9,
});

const manyConnections = ({ cached, limits }: Subjects): Scenario => ({
  name: `list, ${MANY} connections`,
  ours: side(cached, [get(POSTS)]),
  limit: 'bare Fastify',
  theirs: side(limits.fastify, [get('/list')]),
  connections: MANY,
});
