import json
import sys

from galley_client import AuthenticatedClient, Client
from galley_client.api.auth import login_user, register_user
from galley_client.api.posts import create_post, get_post, list_posts, publish_post
from galley_client.models import CreatePost, ListPostsSort, Login, Post, PostPage, Problem, Register, Tokens, User
from galley_client.types import UNSET

base_url, tag = sys.argv[1:]
email, password = f"{tag}@example.com", "a rather long password"

anyone = Client(base_url=base_url)
registered = register_user.sync(client=anyone, body=Register(email=email, password=password, name=tag))
assert isinstance(registered, User), registered
tokens = login_user.sync(client=anyone, body=Login(email=email, password=password))
assert isinstance(tokens, Tokens), tokens
author = AuthenticatedClient(base_url=base_url, token=tokens.access_token)

status = None
for n in range(1, 4):
    body = CreatePost(title=f"{tag} {n}", body="It *compiles*.", tags=[tag])
    created = create_post.sync_detailed(client=author, body=body)
    assert isinstance(created.parsed, Post), created
    published = publish_post.sync(created.parsed.id, client=author, if_match=created.headers["etag"])
    assert isinstance(published, Post), published
    status = published.status

pages, ids, cursor = 0, set(), UNSET
while cursor is not None:
    page = list_posts.sync(
        client=author, limit=2, sort=ListPostsSort.PUBLISHED_AT_DESCENDING, filtertag=[tag], cursor=cursor
    )
    assert isinstance(page, PostPage), page
    ids.update(item.id for item in page.data)
    cursor = page.meta.next_cursor
    pages += 1

problem = get_post.sync("no-such-post", client=author)
assert isinstance(problem, Problem), problem
print(json.dumps({"status": status, "pages": pages, "posts": len(ids), "problem": problem.code}))
