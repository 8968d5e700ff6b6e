export { configuredNetwork, configuredStarts, networksIn } from '@tonle/network-iso';
