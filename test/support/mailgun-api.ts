import { type ApiAnswer, type ApiRequest, json } from './provider-api.js';

const FIELDS =
  /^(?:from|to|cc|bcc|subject|text|html|amp-html|template|attachment|inline|recipient-variables)$/;
const OPTIONS = /^[ohvt]:[\w-]+$/;
const MOST_OPTION_BYTES = 16 * 1024;
const SWITCH = new Set(['yes', 'no', 'true', 'false', 'htmlonly']);
const MAILBOX = /^(?:"(?:[^"\\]|\\.)*" )?<?[^\s<>,@"]+@[\w.-]+>?$/;

export const fieldsOf = async ({ headers, body }: ApiRequest): Promise<Map<string, string>> => {
  const form = await new Response(new Uint8Array(body), {
    headers: { 'content-type': headers['content-type'] ?? '' },
  }).formData();
  return new Map([...form].map(([name, value]) => [name, typeof value === 'string' ? value : '']));
};

/** As the reference of POST /v3/{domain_name}/messages documents it. */
export function mailgunApi(key: string, domain: string): (request: ApiRequest) => Promise<ApiAnswer> {
  return async (request) => {
    const { method, path, headers } = request;
    if (path !== `/v3/${domain}/messages`) return json(404, { message: 'Domain not found' });
    if (method !== 'POST') return json(405, { message: 'Method not allowed' });
    if (headers.authorization !== `Basic ${Buffer.from(`api:${key}`).toString('base64')}`)
      return { status: 401, headers: { 'content-type': 'text/html' }, body: 'Forbidden' };
    if (!headers['content-type']?.startsWith('multipart/form-data; boundary='))
      return json(415, { message: 'Unsupported media type' });
    return checked(await fieldsOf(request), domain);
  };
}

function checked(fields: Map<string, string>, domain: string): ApiAnswer {
  const wrong = (message: string) => json(400, { message });
  for (const name of ['from', 'to'])
    if (!MAILBOX.test(fields.get(name) ?? ''))
      return wrong(`'${name}' parameter is not a valid address. please check documentation`);
  if (!['text', 'html', 'amp-html', 'template'].some((name) => fields.get(name)))
    return wrong("Need at least one of 'text', 'html', 'amp-html' or 'template' parameters specified");
  const unknown = [...fields.keys()].find((name) => !FIELDS.test(name) && !OPTIONS.test(name));
  if (unknown) return wrong(`unknown parameter ${unknown}`);
  const options = [...fields].filter(([name]) => OPTIONS.test(name));
  if (options.join('').length > MOST_OPTION_BYTES) return wrong('send options are too large');
  if (fields.has('o:tracking') && !SWITCH.has(fields.get('o:tracking') ?? ''))
    return wrong("'o:tracking' parameter is not valid");
  const id = fields.get('h:Message-Id') ?? `<made@${domain}>`;
  return json(200, { id, message: 'Queued. Thank you.' });
}
