use galley_client::apis::{auth_api, configuration::Configuration, posts_api, posts_api::GetPostError, Error};
use galley_client::models::{CreatePost, Login, Register};
use std::collections::HashSet;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let tag = arguments[2].clone();
    let email = format!("{tag}@example.com");
    let password = "a rather long password".to_string();
    let mut api = Configuration { base_path: arguments[1].clone(), ..Configuration::default() };
    auth_api::register_user(&api, Register::new(email.clone(), password.clone(), tag.clone())).expect("registered");
    let tokens = auth_api::login_user(&api, Login::new(email, password)).expect("logged in");
    api.bearer_access_token = Some(tokens.access_token);

    let mut status = None;
    for n in 1..=3 {
        let mut draft = CreatePost::new(format!("{tag} {n}"), "It *compiles*.".to_string());
        draft.tags = Some(Some(vec![tag.clone()]));
        let created = posts_api::create_post(&api, draft, None).expect("created");
        let version = format!("\"{}\"", created.version);
        let id = created.id.to_string();
        status = Some(posts_api::publish_post(&api, &id, Some(&version), None).expect("published").status);
    }

    let (mut pages, mut ids, mut cursor) = (0, HashSet::new(), None::<String>);
    loop {
        let page = posts_api::list_posts(
            &api, Some(2), cursor.as_deref(), None, Some("-publishedAt"), None, None, None, None, None, None,
            Some(vec![tag.clone()]), None, None, None, None, None,
        )
        .expect("listed");
        ids.extend(page.data.iter().map(|item| item.id));
        pages += 1;
        cursor = page.meta.next_cursor;
        if cursor.is_none() {
            break;
        }
    }

    let code = match posts_api::get_post(&api, "no-such-post", None) {
        // The enum is untagged: the first variant that fits holds every problem, whatever its status.
        Err(Error::ResponseError(answer)) => match answer.entity {
            Some(GetPostError::Status400(problem)) if answer.status == 404 => problem.code,
            other => panic!("not a problem: {other:?}"),
        },
        other => panic!("not refused: {other:?}"),
    };
    let status = status.expect("a status").to_string();
    println!("{{\"status\":\"{status}\",\"pages\":{pages},\"posts\":{},\"problem\":\"{code}\"}}", ids.len());
}
