/**
 * What a statement writes where the gateway's ARN goes, because the ARN is not known before the deployment.
 * The rollout puts the ARN in its place.
 */
export const GATEWAY_ARN_PLACEHOLDER = "{{GATEWAY_ARN}}";
