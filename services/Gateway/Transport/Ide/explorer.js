'use strict';
(() => {
  const $ = (id) => document.getElementById(id);
  const el = (tag, attributes = {}, ...children) => {
    const node = Object.assign(document.createElement(tag), attributes);
    node.append(...children);
    return node;
  };

  // Everything lives as long as this tab: the key is a secret, and documents and variables may name people.
  const kept = (name, fallback) => { try { return sessionStorage.getItem(name) ?? fallback; } catch { return fallback; } };
  const keep = (name, value) => { try { sessionStorage.setItem(name, value); } catch { /* a private window: nothing is kept */ } };

  const sample = '# Ctrl+Enter runs the operation at the cursor.\n\nquery Schema {\n  __schema {\n    queryType {\n      fields {\n        name\n      }\n    }\n  }\n}\n';
  $('query').value = kept('freshet.query', sample);
  $('variables').value = kept('freshet.variables', '{}');
  $('key').value = kept('freshet.key', '');

  const status = (text, bad = false) => { $('status').textContent = text; $('status').className = bad ? 'bad' : ''; };

  // ---- running -------------------------------------------------------------------------------------------------

  let running = null;
  const setRunning = (stop) => {
    running = stop;
    $('stop').hidden = !stop;
    $('run').hidden = !!stop;
  };

  // Finds the operations of a document without a parser: their keyword, name and place, outside comments and strings.
  const operations = (text) => {
    const found = [];
    const token = /#[^\n]*|"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|[{}]|\b(query|mutation|subscription)\b\s*(\w+)?/g;
    let depth = 0, current = null, match;
    while ((match = token.exec(text))) {
      if (match[1] && depth === 0) current = { type: match[1], name: match[2], start: match.index };
      else if (match[0] === '{') { if (depth++ === 0 && !current && !/\bfragment\b[^{}]*$/.test(text.slice(0, match.index))) current = { type: 'query', start: match.index }; }
      else if (match[0] === '}' && --depth === 0) { if (current) found.push({ ...current, end: token.lastIndex }); current = null; }
    }
    return found;
  };

  const chosen = () => {
    const all = operations($('query').value);
    const at = $('query').selectionStart;
    return all.find((operation) => at >= operation.start && at <= operation.end) ?? all[0];
  };

  const request = () => {
    const operation = chosen();
    const variables = $('variables').value.trim();
    return { operation, body: { query: $('query').value, operationName: operation?.name, variables: variables ? JSON.parse(variables) : undefined } };
  };

  const run = () => {
    running?.();
    let asked;
    try { asked = request(); } catch (error) { return status(`Variables are not JSON: ${error.message}`, true); }
    keep('freshet.query', $('query').value);
    keep('freshet.variables', $('variables').value);
    remember(asked.operation?.name ?? asked.operation?.type ?? 'operation');
    $('result').replaceChildren();
    (asked.operation?.type === 'subscription' ? subscribe : ask)(asked.body);
  };

  const ask = async (body) => {
    const cancel = new AbortController();
    setRunning(() => cancel.abort());
    status('Running …');
    const started = performance.now();
    try {
      const response = await fetch(location.pathname, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', 'x-api-key': $('key').value },
        body: JSON.stringify(body),
        signal: cancel.signal,
        credentials: 'omit',
      });
      const text = await response.text();
      const ms = performance.now() - started;
      let answer;
      try { answer = JSON.parse(text); } catch { answer = text; }
      show(answer);
      status(`${response.status} · ${ms.toFixed(1)} ms · ${text.length.toLocaleString()} characters${response.status === 401 ? ' · enter the API key above' : ''}`, !response.ok || !!answer.errors);
    } catch (error) {
      status(error.name === 'AbortError' ? 'Stopped.' : `No answer: ${error.message}`, true);
    }
    setRunning(null);
  };

  const subscribe = (payload) => {
    const socket = new WebSocket(location.href.replace(/^http/, 'ws').split(/[?#]/)[0], 'graphql-transport-ws');
    const send = (message) => socket.send(JSON.stringify(message));
    let count = 0, ended = null;
    const end = (text, bad) => { ended = [text, bad]; socket.close(1000); };
    setRunning(() => { if (socket.readyState === 1) send({ id: '1', type: 'complete' }); end(`Stopped after ${count} events.`); });
    status('Connecting …');
    socket.onopen = () => send({ type: 'connection_init', payload: { apiKey: $('key').value } });
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      switch (message.type) {
        case 'connection_ack': send({ id: '1', type: 'subscribe', payload }); return status('Waiting for the first event …');
        case 'ping': return send({ type: 'pong' });
        case 'next': show(message.payload, `${++count} · ${new Date().toLocaleTimeString()}`); return status(`Live · ${count} events`);
        case 'error': show({ errors: message.payload }); return end('The subscription ended with an error.', true);
        case 'complete': return end(`Complete after ${count} events.`);
      }
    };
    socket.onclose = ({ code, reason }) => {
      setRunning(null);
      status(...(ended ?? [`Closed: ${code} ${reason}${code === 4403 ? ' · enter the API key above' : ''}`, true]));
    };
  };

  // ---- answers -------------------------------------------------------------------------------------------------

  const paint = (value) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
    const piece = /("(?:\\.|[^"\\])*")(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\b(?:true|false|null)\b/g;
    const nodes = [];
    let last = 0, match;
    while ((match = piece.exec(text))) {
      nodes.push(text.slice(last, match.index));
      const kind = match[2] ? 'k' : match[1] ? 's' : /[a-z]/.test(match[0][0]) ? 'l' : 'n';
      nodes.push(el('span', { className: kind, textContent: match[1] ?? match[0] }), match[2] ?? '');
      last = piece.lastIndex;
    }
    return [...nodes, text.slice(last)];
  };

  const MaxShown = 100;
  const show = (value, title) => {
    const block = el('div', {}, ...(title ? [el('span', { className: 'l', textContent: title + '\n' })] : []), ...paint(value), ...(title ? [el('hr')] : []));
    title ? $('result').prepend(block) : $('result').append(block);
    while ($('result').childElementCount > MaxShown) $('result').lastElementChild.remove();
  };

  // ---- history -------------------------------------------------------------------------------------------------

  let history = [];
  try { history = JSON.parse(kept('freshet.history', '[]')); } catch { /* written by an older page */ }

  const remember = (name) => {
    const entry = { name, query: $('query').value, variables: $('variables').value, at: Date.now() };
    history = [entry, ...history.filter((old) => ['name', 'query', 'variables'].some((part) => old[part] !== entry[part]))].slice(0, 40);
    keep('freshet.history', JSON.stringify(history));
    listHistory();
  };

  const listHistory = () => $('history').replaceChildren(...history.map((entry) => el('li', {}, el('button', {
    type: 'button',
    textContent: `${entry.name}  ·  ${new Date(entry.at).toLocaleString()}`,
    title: entry.query,
    onclick: () => { $('query').value = entry.query; $('variables').value = entry.variables; $('query').focus(); },
  }))));

  // ---- schema --------------------------------------------------------------------------------------------------

  const nested = 'kind name ofType{kind name ofType{kind name ofType{kind name}}}';
  const value = `name description defaultValue type{${nested}}`;
  const introspection = `query Explorer{__schema{queryType{name}mutationType{name}subscriptionType{name}types{kind name description
    fields(includeDeprecated:true){name description isDeprecated deprecationReason args{${value}}type{${nested}}}
    inputFields{${value}}enumValues(includeDeprecated:true){name description}possibleTypes{name}}}}`;
  let types = new Map(), roots = [], path = [];

  const load = async () => {
    if (!$('key').value) return $('doc').replaceChildren(el('p', { textContent: 'Enter the API key to read the schema.' }));
    try {
      const response = await fetch(location.pathname, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json', 'x-api-key': $('key').value },
        body: JSON.stringify({ query: introspection }),
        credentials: 'omit',
      });
      const { data, errors } = await response.json();
      if (errors) throw new Error(errors[0].message);
      types = new Map(data.__schema.types.filter((type) => !type.name.startsWith('__')).map((type) => [type.name, type]));
      roots = ['queryType', 'mutationType', 'subscriptionType'].map((root) => data.__schema[root]?.name).filter(Boolean);
      open(null);
    } catch (error) {
      $('doc').replaceChildren(el('p', { textContent: error.message }));
    }
  };

  const link = (name, text = name) => types.has(name) ? el('a', { textContent: text, href: '#', onclick: (event) => { event.preventDefault(); open(name); } }) : el('span', { textContent: text });
  const typeText = (type) => type.kind === 'NON_NULL' ? [...typeText(type.ofType), '!'] : type.kind === 'LIST' ? ['[', ...typeText(type.ofType), ']'] : [link(type.name)];
  const argument = (arg) => [`${arg.name}: `, ...typeText(arg.type), arg.defaultValue ? ` = ${arg.defaultValue}` : ''];
  const joined = (items, separator) => items.flatMap((item, index) => index ? [separator, ...item] : item);

  const member = (item) => [
    el('dt', {}, el('span', { className: item.isDeprecated ? 'old' : '', textContent: item.name }),
      ...(item.args?.length ? ['(', ...joined(item.args.map(argument), ', '), ')'] : []),
      ...(item.type ? [': ', ...typeText(item.type)] : [])),
    ...(item.description || item.isDeprecated ? [el('dd', { textContent: [item.description, item.isDeprecated && `Deprecated: ${item.deprecationReason}`].filter(Boolean).join(' ') })] : []),
  ];

  const open = (name) => {
    path = name === null ? [] : [...path.filter((step) => step !== name), name].slice(-6);
    $('crumbs').replaceChildren(...joined([[el('a', { textContent: 'Schema', href: '#', onclick: (event) => { event.preventDefault(); open(null); } })], ...path.map((step) => [link(step)])], ' › '));
    const type = types.get(name);
    const rest = [...types.keys()].filter((other) => !roots.includes(other)).sort();
    $('doc').replaceChildren(...(type
      ? [el('h2', { textContent: name }), el('p', { textContent: [type.kind.toLowerCase().replace('_', ' '), type.description].filter(Boolean).join(' · ') }),
        el('dl', {}, ...(type.fields ?? type.inputFields ?? type.enumValues ?? type.possibleTypes ?? []).flatMap(type.possibleTypes && !type.fields ? (one) => [el('dt', {}, link(one.name))] : member))]
      : [el('dl', {}, ...[...roots, ...rest].map((other) => el('dt', {}, link(other))))]));
  };

  const search = () => {
    const wanted = $('search').value.trim().toLowerCase();
    if (!wanted) return open(path.at(-1) ?? null);
    const hits = [];
    for (const type of types.values()) {
      if (type.name.toLowerCase().includes(wanted)) hits.push(el('dt', {}, link(type.name)));
      for (const field of type.fields ?? type.inputFields ?? [])
        if (field.name.toLowerCase().includes(wanted)) hits.push(el('dt', {}, link(type.name, `${type.name}.${field.name}`)));
    }
    $('doc').replaceChildren(el('dl', {}, ...(hits.length ? hits.slice(0, 80) : [el('dt', { textContent: 'Nothing of that name.' })])));
  };

  // ---- editing -------------------------------------------------------------------------------------------------

  // Indents by braces; leaves the text of each line alone.
  const format = () => {
    let depth = 0;
    $('query').value = $('query').value.split('\n').map((line) => {
      const text = line.trim();
      const bare = text.replace(/#.*$|"(?:\\.|[^"\\])*"/g, '');
      const closing = /^[})\]]/.test(bare) ? 1 : 0;
      const indented = text ? '  '.repeat(Math.max(depth - closing, 0)) + text : '';
      depth = Math.max(0, depth + (bare.match(/[{([]/g) ?? []).length - (bare.match(/[})\]]/g) ?? []).length);
      return indented;
    }).join('\n');
  };

  const copy = async () => {
    try {
      const body = JSON.stringify(request().body).replaceAll("'", "'\\''");
      await navigator.clipboard.writeText(`curl -s ${location.origin}${location.pathname} -H 'Content-Type: application/json' -H "X-Api-Key: $FRESHET_KEY" -d '${body}'`);
      status('Copied; set FRESHET_KEY in your shell.');
    } catch (error) { status(`Not copied: ${error.message}`, true); }
  };

  const side = (which) => {
    for (const [button, panel] of [['show-docs', 'docs'], ['show-history', 'history']]) {
      const opened = which === panel && $(button).getAttribute('aria-expanded') !== 'true';
      $(button).setAttribute('aria-expanded', opened);
      $(panel).hidden = !opened;
    }
    const isOpen = !$('docs').hidden || !$('history').hidden;
    $('side').hidden = !isOpen;
    document.querySelector('main').classList.toggle('alone', !isOpen);
  };

  $('run').onclick = run;
  $('stop').onclick = () => running?.();
  $('format').onclick = format;
  $('copy').onclick = copy;
  $('show-docs').onclick = () => side('docs');
  $('show-history').onclick = () => side('history');
  $('search').oninput = search;
  $('key').onchange = () => { keep('freshet.key', $('key').value); load(); };
  document.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === 'Enter') { event.preventDefault(); run(); }
  });
  $('query').addEventListener('keydown', (event) => {
    if (event.key !== 'Tab' || event.shiftKey) return;
    event.preventDefault();
    $('query').setRangeText('  ', $('query').selectionStart, $('query').selectionEnd, 'end');
  });

  listHistory();
  load();
})();
