import app.galley.client.ApiClient;
import app.galley.client.ApiException;
import app.galley.client.api.AuthApi;
import app.galley.client.api.PostsApi;
import app.galley.client.model.CreatePost;
import app.galley.client.model.Login;
import app.galley.client.model.Post;
import app.galley.client.model.PostItem;
import app.galley.client.model.PostPage;
import app.galley.client.model.PostStatus;
import app.galley.client.model.Problem;
import app.galley.client.model.Register;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

public class Publish {
  public static void main(String[] arguments) throws Exception {
    String tag = arguments[1];
    String email = tag + "@example.com";
    String password = "a rather long password";
    ApiClient client = new ApiClient();
    client.updateBaseUri(arguments[0]);
    AuthApi auth = new AuthApi(client);
    auth.registerUser(new Register().email(email).password(password).name(tag));
    String token = auth.loginUser(new Login().email(email).password(password)).getAccessToken();
    client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + token));
    PostsApi posts = new PostsApi(client);

    PostStatus status = null;
    for (int n = 1; n <= 3; n++) {
      CreatePost draft = new CreatePost().title(tag + " " + n).body("It *compiles*.").tags(List.of(tag));
      Post created = posts.createPost(draft, null);
      String version = "\"" + created.getVersion() + "\"";
      status = posts.publishPost(created.getId(), version, null).getStatus();
    }

    int pages = 0;
    Set<UUID> ids = new HashSet<>();
    String cursor = null;
    do {
      PostPage page = posts.listPosts(
          2, cursor, null, "-publishedAt", null, null, null, null, null, null, List.of(tag), null, null,
          null, null, null);
      for (PostItem item : page.getData()) ids.add(item.getId());
      cursor = page.getMeta().getNextCursor();
      pages++;
    } while (cursor != null);

    String code = null;
    try {
      posts.getPost("no-such-post", null);
    } catch (ApiException error) {
      code = client.getObjectMapper().readValue(error.getResponseBody(), Problem.class).getCode();
    }
    System.out.printf(
        "{\"status\":\"%s\",\"pages\":%d,\"posts\":%d,\"problem\":\"%s\"}%n", status, pages, ids.size(), code);
  }
}
