import { createHash, createHmac } from 'node:crypto';
import { z } from 'zod';
import { type ApiAnswer, type ApiRequest, json } from './provider-api.js';

const Tag = z.strictObject({
  Name: z.string().regex(/^[\w-]{1,256}$/),
  Value: z.string().regex(/^[\w-]{1,256}$/),
});

/** The request of SendEmail, as the reference of the API version 2 documents it. */
export const SendEmail = z.strictObject({
  FromEmailAddress: z.string().regex(/^[\x21-\x7e]+@[\x21-\x7e]+$/),
  Destination: z.strictObject({
    ToAddresses: z.array(z.string().regex(/^[\x21-\x7e]+@[\x21-\x7e]+$/)).min(1),
  }),
  Content: z.strictObject({ Raw: z.strictObject({ Data: z.base64() }) }),
  EmailTags: z.array(Tag).max(50).optional(),
});

const MOST_BYTES = 40 * 1024 * 1024;

const fault = (status: number, type: string, message: string): ApiAnswer =>
  json(status, { message }, { 'x-amzn-errortype': `${type}:http://internal.amazon.com/coral/` });

export function sesApi(account: Account): (request: ApiRequest) => ApiAnswer {
  return (request) => {
    if (request.path !== '/v2/email/outbound-emails')
      return fault(404, 'NotFoundException', 'no such operation');
    if (request.method !== 'POST') return fault(405, 'BadRequestException', 'no such method');
    const expected = authorizationOf(request, account);
    if (request.headers.authorization !== expected)
      return fault(403, 'InvalidSignatureException', 'The request signature we calculated does not match');
    const { data } = SendEmail.safeParse(JSON.parse(request.body.toString()));
    if (!data) return fault(400, 'BadRequestException', 'Missing final @domain');
    if (Buffer.from(data.Content.Raw.Data, 'base64').length > MOST_BYTES)
      return fault(400, 'MessageRejected', 'Message length is more than 41943040 bytes long');
    return json(200, { MessageId: '0100018f-ses' });
  };
}

export interface Account {
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');

/** Signature version 4, as AWS describes it, of the headers that the request says it signs. */
function authorizationOf({ method, path, headers, body }: ApiRequest, account: Account): string {
  const time = headers['x-amz-date'] ?? '';
  const signed = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1] ?? '';
  const canonical = [
    method,
    path,
    '',
    ...signed.split(';').map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    signed,
    headers['x-amz-content-sha256'] ?? sha256(body),
  ].join('\n');
  const scope = `${time.slice(0, 8)}/${account.region}/ses/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const key = [account.region, 'ses', 'aws4_request'].reduce<Buffer>(
    (previous, part) => hmac(previous, part),
    hmac(`AWS4${account.secretAccessKey}`, time.slice(0, 8)),
  );
  const signature = hmac(key, text).toString('hex');
  return `AWS4-HMAC-SHA256 Credential=${account.accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
}
