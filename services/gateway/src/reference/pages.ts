import { REASONS, type Reason } from '@tonle/contracts';

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: #1d2733; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #d5dce3; padding: .4rem .6rem; text-align: left; vertical-align: top; }
code { background: #eef2f6; padding: 0 .25rem; border-radius: 3px; }
tr:target { background: #fff6d6; }`;

function page(title: string, head: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${head}
</head>
<body>
${body}
</body>
</html>
`;
}

/** The API reference to read; scripts and styles come from this server. */
export function docsPage(): string {
  const head =
    '<link rel="stylesheet" href="/docs/swagger-ui.css"><link rel="icon" href="/docs/favicon-32x32.png">';
  const body = `<div id="reference"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>`;
  return page('Tonle API', head, body);
}

/** Every code of the registry: its meaning and remedy. */
export function errorsPage(): string {
  const rows = (Object.keys(REASONS) as Reason[]).map((code) => {
    const { http, iso, retry, title, remedy } = REASONS[code];
    const cells = [
      `<a href="#${code}"><code>${code}</code></a>`,
      http.toString(),
      `<code>${iso}</code>`,
      title,
      remedy,
      retry.replaceAll('_', ' '),
    ];
    return `<tr id="${code}">${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  const head = ['Code', 'HTTP', 'ISO 20022', 'Meaning', 'Remedy', 'Retry'];
  const table = `<table>
<thead><tr>${head.map((cell) => `<th>${cell}</th>`).join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`;
  const body = `<h1>Errors</h1>
<p>Match on the code; titles and texts may change. The code is in <code>code</code> of a problem document, in <code>problem.code</code>
of a payment that failed, and in the additional information of a pacs.002. See also the <a href="/docs">API reference</a>.</p>
${table}`;
  return page('Tonle errors', `<style>${STYLE}</style>`, body);
}
