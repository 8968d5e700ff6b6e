// Serves one network that is a file: TONLE_NETWORK in TONLE_NETWORKS_DIR.
import { runConfigured } from '@tonle/network-iso';

await runConfigured();
