import { AwsError } from "../core/errors";
import { randomText } from "../core/identifiers";
import { missing, present, type LogsState } from "./logs-state";

interface Source {
  readonly name: string;
  readonly resourceArn: string;
  readonly logType: string;
  readonly tags?: Record<string, string>;
}

interface Destination {
  readonly name: string;
  readonly deliveryDestinationType?: string;
  readonly outputFormat?: string;
  readonly deliveryDestinationConfiguration?: { readonly destinationResourceArn?: string };
  readonly tags?: Record<string, string>;
}

interface Delivery {
  readonly deliverySourceName: string;
  readonly deliveryDestinationArn: string;
  readonly recordFields?: string[];
  readonly fieldDelimiter?: string;
  readonly tags?: Record<string, string>;
}

interface ByName {
  readonly name: string;
}

type Kept<T> = Omit<T, "tags"> & { readonly arn: string };

/** PutDeliverySource, PutDeliveryDestination, CreateDelivery and their kin. */
export function deliveryOperations(state: LogsState) {
  const sources = new Map<string, Kept<Source>>();
  const destinations = new Map<string, Kept<Destination>>();
  const deliveries = new Map<string, Kept<Delivery> & { id: string; deliveryDestinationType?: string }>();

  const source = ({ name }: ByName) => {
    const { resourceArn, ...rest } = present(sources.get(name), "delivery source");
    return { ...rest, resourceArns: [resourceArn], service: "bedrock-agentcore" };
  };
  const destination = ({ name }: ByName) => present(destinations.get(name), "delivery destination");
  const delivery = (id: string) => present(deliveries.get(id), "delivery");
  const all = () => [...deliveries.values()];

  return {
    PutDeliverySource: ({ tags, ...input }: Source) => {
      const arn = state.arn(`delivery-source:${input.name}`);
      sources.set(input.name, { ...input, arn });
      state.setTags(arn, tags);
      state.record("delivery-source", input.name, {});
      return { deliverySource: source(input) };
    },
    GetDeliverySource: (key: ByName) => ({ deliverySource: source(key) }),
    DeleteDeliverySource: ({ name }: ByName) => {
      refuseIf(
        all().some(({ deliverySourceName }) => deliverySourceName === name),
        "Cannot delete a delivery source that is used by a delivery.",
      );
      return state.forget(sources, name, "delivery-source");
    },

    PutDeliveryDestination: ({ tags, ...input }: Destination) => {
      const arn = state.arn(`delivery-destination:${input.name}`);
      const target = input.deliveryDestinationConfiguration?.destinationResourceArn;
      const deliveryDestinationType = input.deliveryDestinationType ?? typeOf(target);
      destinations.set(input.name, { deliveryDestinationConfiguration: {}, ...input, deliveryDestinationType, arn });
      state.setTags(arn, tags);
      state.record("delivery-destination", input.name, {});
      return { deliveryDestination: destination(input) };
    },
    GetDeliveryDestination: (key: ByName) => ({ deliveryDestination: destination(key) }),
    DeleteDeliveryDestination: (key: ByName) => {
      const { arn } = destination(key);
      refuseIf(
        all().some(({ deliveryDestinationArn }) => deliveryDestinationArn === arn),
        "Cannot delete a delivery destination that is used by a delivery.",
      );
      return state.forget(destinations, key.name, "delivery-destination");
    },

    CreateDelivery: ({ tags, ...input }: Delivery) => {
      const { deliverySourceName, deliveryDestinationArn } = input;
      source({ name: deliverySourceName });
      const target = [...destinations.values()].find(({ arn }) => arn === deliveryDestinationArn);
      if (!target) throw missing("delivery destination");
      refuseIf(
        all().some(
          (one) =>
            one.deliverySourceName === deliverySourceName && one.deliveryDestinationArn === deliveryDestinationArn,
        ),
        "A delivery from this source to this destination already exists.",
      );
      const id = randomText(16);
      const arn = state.arn(`delivery:${id}`);
      deliveries.set(id, { ...input, id, arn, deliveryDestinationType: target.deliveryDestinationType });
      state.setTags(arn, tags);
      state.record("delivery", id, { deliverySourceName });
      return { delivery: delivery(id) };
    },
    GetDelivery: ({ id }: { id: string }) => ({ delivery: delivery(id) }),
    UpdateDeliveryConfiguration: ({ id, ...changes }: { id: string } & Partial<Delivery>) => {
      deliveries.set(id, { ...delivery(id), ...changes });
      return {};
    },
    DeleteDelivery: ({ id }: { id: string }) => state.forget(deliveries, id, "delivery"),
  };
}

function refuseIf(isSo: boolean, message: string): void {
  if (isSo) throw new AwsError("ConflictException", message, 400);
}

function typeOf(destinationArn: string | undefined): string {
  if (destinationArn === undefined) return "XRAY";
  return destinationArn.includes(":s3:") ? "S3" : destinationArn.includes(":firehose:") ? "FH" : "CWL";
}
