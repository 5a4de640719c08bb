import type { QueryRunner } from 'typeorm';
import type { Expand } from './phase.js';

/** Tags that do not separate words. */
const INLINE =
  'a|abbr|b|bdi|bdo|cite|code|data|del|dfn|em|i|ins|kbd|mark|q|rb|rp|rt|rtc|ruby|s|samp|small|span|strong|sub|sup|time|u|var|wbr';

/**
 * Other tags, the entities that the sanitizer writes, and punctuation, of which long runs take the parser a time that
 * grows with their square.
 */
const SEPARATORS = "<[^<>]*>|&(?:amp|lt|gt|quot);|[]!\"#$%&''()*+,./:;<=>?@[\\\\^_`{|}~-]+";
/** A soft hyphen, a word joiner and a byte order mark are within words, and nobody sees them. */
const INVISIBLE = '[\\u00ad\\u2060\\ufeff]';

/** In a text without any of these, every word that has another spelling is composed (NFC) already. */
const COMPOSABLE =
  '[\\u0300-\\u036f\\u0653-\\u0655\\u093c\\u09be\\u09d7\\u0b3e\\u0b56\\u0b57\\u0bbe\\u0bd7\\u0c56\\u0cc2\\u0cd5\\u0cd6' +
  '\\u0d3e\\u0d57\\u0dca\\u0dcf\\u0ddf\\u102e\\u1100-\\u11ff\\u1b35\\u3099\\u309a' +
  '\\u0958-\\u095f\\u09dc-\\u09df\\u0a33-\\u0a5e\\u0b5c\\u0b5d\\u0f43-\\u0fb9' +
  '\\u1f00-\\u1fff\\u2126\\u212a\\u212b\\uf900-\\ufaff\\ufb1d-\\ufb4f]';

/** Composing takes a time that grows with the square of a run of combining marks. */
const LONGEST_COMPOSED = 128;
/** What ends a word besides a space, in scripts that write no spaces. */
const WORD_ENDS = `E'\\t\\n\\f\\r、。，．！？「」（）・'`;
/** As many characters as before are read, although half of them can be tags. */
const MOST_HTML = 200_000;
const MOST_TEXT = 100_000;

/**
 * The words of a post are those that readers see: of its HTML without tags, entities and soft hyphens, in composed
 * characters. Before, they were those of the source, so a word that contained markup counted as two words. The words of
 * existing rows change when the new release renders their bodies again.
 */
export class SearchVisibleWords1795400025000 implements Expand {
  readonly name = 'SearchVisibleWords1795400025000';
  readonly phase = 'expand';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION galley_words(html text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT regexp_replace(
          regexp_replace(html, '</?(?:${INLINE})(?:\\s[^<>]*)?>|${INVISIBLE}', '', 'g'), '${SEPARATORS}', ' ', 'g')
      $$`);
    await runner.query(`
      CREATE FUNCTION galley_composed(words text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
      BEGIN
        IF words !~ '${COMPOSABLE}' THEN RETURN words; END IF;
        RETURN (
          SELECT string_agg(CASE WHEN length(word) <= ${LONGEST_COMPOSED} THEN normalize(word, NFC) ELSE word END, ' ')
          FROM string_to_table(translate(words, ${WORD_ENDS}, '${' '.repeat(15)}'), ' ') AS word);
      END $$`);
    await runner.query(`
      CREATE FUNCTION post_visible_words(title text, html text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT to_tsvector('simple', galley_composed(
          galley_words(replace(title, '<', ' ')) || ' ' || left(galley_words(left(html, ${MOST_HTML})), ${MOST_TEXT})))
      $$`);
    await runner.query(`
      CREATE OR REPLACE FUNCTION posts_set_search() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        NEW.search := post_visible_words(NEW.title, NEW.html);
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE OR REPLACE TRIGGER posts_set_search BEFORE INSERT OR UPDATE OF title, html ON posts
      FOR EACH ROW EXECUTE FUNCTION posts_set_search()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE OR REPLACE FUNCTION posts_set_search() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        NEW.search := post_words(NEW.title, NEW.body);
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE OR REPLACE TRIGGER posts_set_search BEFORE INSERT OR UPDATE OF title, body ON posts
      FOR EACH ROW EXECUTE FUNCTION posts_set_search()`);
    await runner.query(
      `DROP FUNCTION post_visible_words(text, text), galley_composed(text), galley_words(text)`,
    );
  }
}
