// Of JSON on standard input:
//   parse   the documents of YAML texts, by their names
//   check   why an API server would refuse these objects, as a list of sentences
import { readFileSync, writeFileSync } from "node:fs";

// Where the types of a group and version are.
const modules = {
  v1: "kubernetes-models/v1",
  "apps/v1": "kubernetes-models/apps/v1",
  "networking.k8s.io/v1": "kubernetes-models/networking.k8s.io/v1",
  "monitoring.coreos.com/v1": "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1",
};

async function parser() {
  const { default: YAML } = await import("yaml");  // what is not needed is not loaded
  return (text) => YAML.parseAllDocuments(text).map((document) => {
    if (document.errors.length) throw document.errors[0];
    return document.toJS();
  }).filter((object) => object !== null);
}

const named = (object) => `${object.kind} ${object.metadata?.name}`;

async function model(object) {
  const where = modules[object.apiVersion];
  return where && (await import(where))[object.kind];
}

// Values: by the validators that are made of the API's schemas. They let unknown fields pass.
async function faultsOfValues(object) {
  const Model = await model(object);
  if (!Model) return [`${named(object)}: there is no ${object.kind} in ${object.apiVersion}`];
  try {
    new Model(object).validate();
    return [];
  } catch (fault) {
    return [`${named(object)}: ${fault.message}`];
  }
}

// Fields: the compiler refuses those that the API's types do not have.
async function faultsOfFields(objects) {
  const { default: ts } = await import("typescript");
  const file = "checked.ts";
  const known = objects.filter((object) => modules[object.apiVersion]);
  writeFileSync(file, known.map((object, i) =>
    `import type { I${object.kind} as T${i} } from "${modules[object.apiVersion]}";\n` +
    `export const o${i}: T${i} = ${JSON.stringify(object)};\n`).join(""));
  const options = {
    strict: true, noEmit: true, skipLibCheck: true, types: [],
    module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, target: ts.ScriptTarget.ESNext,
  };
  return ts.getPreEmitDiagnostics(ts.createProgram([file], options)).map((found) => {
    const line = found.file ? found.file.getLineAndCharacterOfPosition(found.start).line : 0;
    const object = known[Math.floor(line / 2)];
    return `${object ? named(object) : file}: ${ts.flattenDiagnosticMessageText(found.messageText, " ")}`;
  });
}

const given = JSON.parse(readFileSync(0, "utf-8"));
if (process.argv[2] === "parse") {
  const parse = await parser();
  const parsed = Object.entries(given).map(([name, text]) => [name, parse(text)]);
  process.stdout.write(JSON.stringify(Object.fromEntries(parsed)));
} else {
  const faults = (await Promise.all(given.map(faultsOfValues))).flat();
  process.stdout.write(JSON.stringify([...faults, ...await faultsOfFields(given)]));
}
