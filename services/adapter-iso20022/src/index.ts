export { configuredNetworks, configuredStarts } from '@tonle/network-iso';
