import { encode, ExtData } from "@msgpack/msgpack";
import { decodeObject, encodeObject } from "../../../local/provider/protocol/codec";
import { RESOURCES } from "../../../local/provider/resources";
import type { Fields } from "../../../local/provider/resources/fields";
import { schemaOf } from "../../../local/provider/schema";
import { OVERLAY } from "../../../local/provider/schema/overlay";
import type { Block } from "../../../local/provider/schema/types";
import { UNKNOWN } from "../../../local/provider/value";

function hasPath(block: Block, path: string): boolean {
  const [first = "", ...rest] = path.split(".");
  const nested = block.blocks[first];
  if (rest.length === 0) return nested !== undefined || first in block.attributes;
  return nested !== undefined && hasPath(nested.block, rest.join("."));
}

const fieldPaths = (fields: Fields): string[] =>
  Object.entries(fields).flatMap(([name, field]) => {
    const inner = typeof field === "string" ? {} : (field.fields ?? {});
    return [name, ...fieldPaths(inner).map((path) => `${name}.${path}`)];
  });

describe("a schema read from a CDKTF binding", () => {
  const { block } = schemaOf("aws_bedrockagentcore_gateway");

  test("tells required, optional and computed attributes apart", () => {
    expect(block.attributes["name"]).toMatchObject({ type: "string", required: true, computed: false });
    expect(block.attributes["description"]).toMatchObject({ type: "string", optional: true, computed: false });
    expect(block.attributes["gateway_arn"]).toMatchObject({ type: "string", optional: false, computed: true });
    expect(block.attributes["region"]).toMatchObject({ optional: true, computed: true });
  });

  test("has collections, computed objects and nested blocks as the provider has them", () => {
    const jwt = block.blocks["authorizer_configuration"]?.block.blocks["custom_jwt_authorizer"];
    const schema = schemaOf("aws_cognito_user_pool").block.blocks["schema"];

    expect(jwt).toMatchObject({
      nesting: "list",
      block: { attributes: { allowed_clients: { type: ["set", "string"] } } },
    });
    expect(block.attributes["tags"]?.type).toEqual(["map", "string"]);
    expect(block.attributes["workload_identity_details"]?.type).toEqual([
      "list",
      ["object", { workload_identity_arn: "string" }],
    ]);
    expect(block.blocks["timeouts"]?.nesting).toBe("single");
    expect(schema?.nesting).toBe("set");
    expect(schemaOf("aws_cognito_user_pool").block.blocks["password_policy"]?.maxItems).toBe(1);
  });

  test("marks write-only attributes, and what the overlay says is sensitive", () => {
    const version = schemaOf("aws_secretsmanager_secret_version").block.attributes;
    const parameters = schemaOf("data.aws_ssm_parameters_by_path").block.attributes;

    expect(version["secret_string_wo"]).toMatchObject({ writeOnly: true, sensitive: true });
    expect(version["has_secret_string_wo"]).toMatchObject({ writeOnly: false, sensitive: false });
    expect(parameters["values"]).toMatchObject({ sensitive: true });
  });
});

describe("the overlay and the adapters", () => {
  test.each(Object.entries(OVERLAY))("name only paths that %s has", (type, overlay) => {
    const { forceNew = [], sensitive = [], volatile = [], json = [], computedBlocks = [], defaults = {} } = overlay;
    const paths = [...forceNew, ...sensitive, ...volatile, ...json, ...computedBlocks, ...Object.keys(defaults)];

    expect(paths.filter((path) => !hasPath(schemaOf(type).block, path))).toEqual([]);
  });

  test.each(Object.entries(RESOURCES))("%s understands only attributes that exist", (type, resource) => {
    const paths = [...fieldPaths(resource.fields), ...(resource.settings ?? [])];

    expect(paths.filter((path) => !hasPath(schemaOf(type).block, path))).toEqual([]);
  });
});

describe("values on the wire", () => {
  const block: Block = {
    attributes: {
      known: { type: "string", required: true, optional: false, computed: false },
      decided: { type: "string", required: false, optional: false, computed: true },
      list: { type: ["list", "string"], required: false, optional: true, computed: false },
    },
    blocks: { nested: { nesting: "list", block: { attributes: {}, blocks: {} }, minItems: 0, maxItems: 0 } },
  };

  test("keep what is unknown, with and without what is known about its range", () => {
    const plain = encodeObject({ known: "v", decided: UNKNOWN }, block);
    const refined = { msgpack: encode({ known: "v", decided: new ExtData(12, new Uint8Array([0x81, 0x01, 0xc2])) }) };

    expect(decodeObject(plain, block)?.["decided"]).toBe(UNKNOWN);
    expect(decodeObject(refined, block)?.["decided"]).toBe(UNKNOWN);
  });

  test("have every member of the schema and no other", () => {
    const sent = encodeObject({ known: "v", other: "dropped" }, block);

    expect(decodeObject(sent, block)).toEqual({ known: "v", decided: null, list: null, nested: [] });
  });

  test("are null for what does not exist", () => {
    expect(decodeObject(encodeObject(null, block), block)).toBeNull();
  });
});
