/**
 * Mail clients ignore most style sheets, so each element has its style inline. The style sheet contains only the dark
 * colors, for the clients that support them; others keep the light ones or compute their own.
 */
const FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

export const STYLE = {
  page: 'margin:0;padding:0;background-color:#f1f3f4;',
  paper: `background-color:#ffffff;border:1px solid #dddddd;border-radius:8px;padding:24px;${FONT};font-size:16px;line-height:24px;color:#222222;`,
  brand: `padding:0 24px 12px;${FONT};font-size:14px;line-height:20px;font-weight:bold;color:#5f6368;`,
  foot: `padding:16px 24px 0;${FONT};font-size:13px;line-height:20px;color:#5f6368;`,
  heading: `margin:0 0 16px;text-align:start;${FONT};font-size:22px;line-height:28px;font-weight:bold;color:#222222;overflow-wrap:anywhere;`,
  text: 'margin:0 0 16px;text-align:start;overflow-wrap:anywhere;',
  note: 'margin:0 0 16px;text-align:start;font-size:14px;line-height:20px;color:#5f6368;overflow-wrap:anywhere;',
  quote:
    'margin:0 0 16px;padding:0 0 0 16px;border-left:4px solid #dddddd;color:#444444;overflow-wrap:anywhere;',
  item: 'padding:12px 0;text-align:start;border-top:1px solid #dddddd;overflow-wrap:anywhere;',
  detail: 'font-size:14px;line-height:20px;color:#5f6368;',
  code: 'margin:0 0 16px;padding:12px;background-color:#f3f3f3;border-radius:6px;font-family:Consolas,Menlo,monospace;font-size:24px;line-height:32px;letter-spacing:4px;text-align:center;color:#222222;',
  link: 'color:#0b57d0;text-decoration:underline;',
  quietLink: 'color:#5f6368;text-decoration:underline;',
  button: 'background-color:#0b57d0;border-radius:6px;mso-padding-alt:12px 24px;',
  buttonLink: `display:inline-block;padding:12px 24px;${FONT};font-size:16px;line-height:20px;font-weight:bold;color:#ffffff;text-decoration:none;`,
  hidden:
    'display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;font-size:1px;line-height:1px;mso-hide:all;',
} as const;

/** Outlook on the web and in apps changes selectors with `data-ogsc` instead of the media query. */
export const DARK_STYLE = `:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
.page { background-color: #0f1114 !important; }
.paper { background-color: #17191d !important; border-color: #3b4048 !important; color: #e4e4e4 !important; }
.ink { color: #e4e4e4 !important; }
.soft { color: #a8adb5 !important; }
.line { border-color: #3b4048 !important; }
.code { background-color: #24272d !important; color: #e4e4e4 !important; }
.link { color: #8ab4f8 !important; }
}
[data-ogsc] .ink { color: #e4e4e4 !important; }
[data-ogsc] .soft { color: #a8adb5 !important; }
[data-ogsc] .link { color: #8ab4f8 !important; }`;
