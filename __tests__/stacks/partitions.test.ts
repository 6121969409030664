import { project, synthesise } from "./synthesised";

const stacksIn = (region: string) => synthesise(project({ settings: { region } }));

test.each(["us-east-1", "us-gov-west-1", "cn-north-1"])(
  "in %s nothing names another region or a partition",
  (region) => {
    const { identity, gateway } = stacksIn(region);

    for (const { json } of [identity, gateway]) {
      const text = JSON.stringify(json);
      expect(text).not.toMatch(/arn:aws[a-z-]*:/);
      expect(
        [...new Set(text.match(/\b(us|eu|ap|cn)(-gov)?-[a-z]+-\d\b/g))].filter((named) => named !== region),
      ).toEqual([]);
      expect(text).toContain(region);
    }
  },
);

test.each([
  ["us-east-1", "auth.us-east-1.amazoncognito.com"],
  ["us-gov-east-1", "auth-fips.us-gov-east-1.amazoncognito.com"],
])("sign-in pages in %s are below %s", (region, host) => {
  const { identity } = stacksIn(region);

  expect(JSON.stringify(identity.json)).toContain(`.${host}"`);
});
