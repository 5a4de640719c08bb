package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"

	"galley/api"
)

const password = "a rather long password"

func main() {
	if err := run(context.Background(), os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, url, tag string) error {
	email := tag + "@example.com"
	token := ""
	client, err := api.NewClientWithResponses(url, api.WithRequestEditorFn(func(_ context.Context, request *http.Request) error {
		if token != "" {
			request.Header.Set("Authorization", "Bearer "+token)
		}
		return nil
	}))
	if err != nil {
		return err
	}
	registered, err := client.RegisterUserWithResponse(ctx, api.Register{Email: email, Password: password, Name: tag})
	if err != nil || registered.JSON201 == nil {
		return fmt.Errorf("register: %v %s", err, registered.Body)
	}
	login, err := client.LoginUserWithResponse(ctx, api.Login{Email: email, Password: password})
	if err != nil || login.JSON200 == nil {
		return fmt.Errorf("login: %v %s", err, login.Body)
	}
	token = login.JSON200.AccessToken

	var status api.PostStatus
	for n := 1; n <= 3; n++ {
		post := api.CreatePost{Title: fmt.Sprintf("%s %d", tag, n), Body: "It *compiles*.", Tags: &[]string{tag}}
		created, err := client.CreatePostWithResponse(ctx, &api.CreatePostParams{}, post)
		if err != nil || created.JSON201 == nil {
			return fmt.Errorf("create: %v %s", err, created.Body)
		}
		etag := created.HTTPResponse.Header.Get("ETag")
		published, err := client.PublishPostWithResponse(ctx, created.JSON201.Id, &api.PublishPostParams{IfMatch: &etag})
		if err != nil || published.JSON200 == nil {
			return fmt.Errorf("publish: %v %s", err, published.Body)
		}
		status = published.JSON200.Status
	}

	pages, ids := 0, map[string]bool{}
	limit, sort := int32(2), api.ListPostsParamsSortPublishedAtDescending
	params := &api.ListPostsParams{Limit: &limit, Sort: &sort, FilterTag: &[]string{tag}}
	for {
		page, err := client.ListPostsWithResponse(ctx, params)
		if err != nil || page.JSON200 == nil {
			return fmt.Errorf("list: %v %s", err, page.Body)
		}
		for _, item := range page.JSON200.Data {
			ids[item.Id.String()] = true
		}
		pages++
		if params.Cursor = page.JSON200.Meta.NextCursor; params.Cursor == nil {
			break
		}
	}

	missing, err := client.GetPostWithResponse(ctx, "no-such-post", &api.GetPostParams{})
	if err != nil || missing.ApplicationproblemJSON404 == nil {
		return fmt.Errorf("get: %v", err)
	}
	code := missing.ApplicationproblemJSON404.Code
	return json.NewEncoder(os.Stdout).Encode(map[string]any{"status": status, "pages": pages, "posts": len(ids), "problem": code})
}
