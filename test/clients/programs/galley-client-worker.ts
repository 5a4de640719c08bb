import { publish } from './publish.js';

export default {
  async fetch(request: Request): Promise<Response> {
    const { searchParams } = new URL(request.url);
    return Response.json(await publish(searchParams.get('url') ?? '', searchParams.get('tag') ?? ''));
  },
};
