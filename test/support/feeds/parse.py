"""Prints what feedparser reads from a feed on stdin, as JSON."""
import json
import sys

import feedparser

feed = feedparser.parse(sys.stdin.buffer.read())
links = [{"rel": link.get("rel"), "href": link.get("href")} for link in feed.feed.get("links", [])]
entries = [
    {
        "id": entry.get("id"),
        "link": entry.get("link"),
        "title": entry.get("title"),
        "summary": entry.get("summary"),
        "content": entry.content[0].value if "content" in entry else None,
        "author": entry.get("author"),
        "tags": [tag.get("label") or tag.get("term") for tag in entry.get("tags", [])],
        "published": entry.get("published_parsed") and list(entry.published_parsed[:6]),
    }
    for entry in feed.entries
]
fault = str(feed.bozo_exception) if feed.bozo else None
json.dump({"version": feed.version, "title": feed.feed.get("title"), "fault": fault, "links": links, "entries": entries}, sys.stdout)
