import { Logs } from "../../../local/services/logs";
import { environment } from "./world";

const logs = () => new Logs(environment()).operations;
const GATEWAY = "arn:aws:bedrock-agentcore:us-east-1:111122223333:gateway/n-gateway-abcdefghij";

describe("a log group", () => {
  test("is described by its prefix with its retention", () => {
    const service = logs();
    service.CreateLogGroup({ logGroupName: "/aws/lambda/n", tags: { Project: "n" } });
    service.PutRetentionPolicy({ logGroupName: "/aws/lambda/n", retentionInDays: 7 });

    expect(service.DescribeLogGroups({ logGroupNamePrefix: "/aws/lambda/" }).logGroups).toMatchObject([
      {
        logGroupName: "/aws/lambda/n",
        retentionInDays: 7,
        arn: "arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/n:*",
      },
    ]);
    expect(service.DescribeLogGroups({ logGroupNamePrefix: "/other" }).logGroups).toEqual([]);
  });

  test("has its tags under its ARN with and without the star", () => {
    const service = logs();
    service.CreateLogGroup({ logGroupName: "g", tags: { A: "1" } });
    const resourceArn = "arn:aws:logs:us-east-1:111122223333:log-group:g";
    service.TagResource({ resourceArn, tags: { B: "2" } });
    service.UntagResource({ resourceArn: `${resourceArn}:*`, tagKeys: ["A"] });

    expect(service.ListTagsForResource({ resourceArn })).toEqual({ tags: { B: "2" } });
  });

  test("made anew after its deletion starts without the tags of the one before", () => {
    const service = logs();
    service.CreateLogGroup({ logGroupName: "g", tags: { A: "1" } });
    service.DeleteLogGroup({ logGroupName: "g" });
    service.CreateLogGroup({ logGroupName: "g" });

    const resourceArn = "arn:aws:logs:us-east-1:111122223333:log-group:g";
    expect(service.ListTagsForResource({ resourceArn })).toEqual({ tags: {} });
  });

  test.each([
    ["twice", "g", "ResourceAlreadyExistsException"],
    ["with a name that none has", "a b", "InvalidParameterException"],
  ])("is refused %s", (_, logGroupName, code) => {
    const service = logs();
    service.CreateLogGroup({ logGroupName: "g" });

    expect(() => service.CreateLogGroup({ logGroupName })).toThrow(expect.objectContaining({ code }) as Error);
  });

  test("is kept for the numbers of days that AWS offers", () => {
    const service = logs();
    service.CreateLogGroup({ logGroupName: "g" });

    expect(() => service.PutRetentionPolicy({ logGroupName: "g", retentionInDays: 8 })).toThrow(
      expect.objectContaining({ code: "InvalidParameterException" }) as Error,
    );
    expect(() => service.PutRetentionPolicy({ logGroupName: "none", retentionInDays: 7 })).toThrow(
      expect.objectContaining({ code: "ResourceNotFoundException" }) as Error,
    );
  });
});

describe("a delivery", () => {
  function delivered() {
    const service = logs();
    service.PutDeliverySource({ name: "s", resourceArn: GATEWAY, logType: "TRACES" });
    const { deliveryDestination } = service.PutDeliveryDestination({ name: "d", deliveryDestinationType: "XRAY" });
    const input = { deliverySourceName: "s", deliveryDestinationArn: deliveryDestination.arn };
    return { service, input, delivery: service.CreateDelivery(input).delivery };
  }

  test("leads from a gateway's traces to X-Ray", () => {
    const { service, delivery } = delivered();

    expect(service.GetDeliverySource({ name: "s" }).deliverySource).toMatchObject({
      resourceArns: [GATEWAY],
      logType: "TRACES",
      service: "bedrock-agentcore",
    });
    expect(service.GetDelivery({ id: delivery.id }).delivery).toMatchObject({
      deliverySourceName: "s",
      deliveryDestinationType: "XRAY",
    });
  });

  test("exists once between a source and a destination", () => {
    const { service, input } = delivered();

    expect(() => service.CreateDelivery(input)).toThrow(
      expect.objectContaining({ code: "ConflictException" }) as Error,
    );
  });

  test("keeps its source and its destination from being deleted", () => {
    const { service, delivery } = delivered();
    const deleteSource = () => service.DeleteDeliverySource({ name: "s" });
    const deleteDestination = () => service.DeleteDeliveryDestination({ name: "d" });

    expect(deleteSource).toThrow(expect.objectContaining({ code: "ConflictException" }) as Error);
    expect(deleteDestination).toThrow(expect.objectContaining({ code: "ConflictException" }) as Error);
    service.DeleteDelivery({ id: delivery.id });
    deleteSource();
    deleteDestination();
  });

  test("needs a source and a destination that exist", () => {
    const { service, input } = delivered();

    for (const wrong of [{ deliverySourceName: "none" }, { deliveryDestinationArn: "none" }])
      expect(() => service.CreateDelivery({ ...input, ...wrong })).toThrow(
        expect.objectContaining({ code: "ResourceNotFoundException" }) as Error,
      );
  });
});
