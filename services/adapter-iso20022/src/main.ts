// Serves networks that are files: those of TONLE_NETWORK in TONLE_NETWORKS_DIR.
import { runConfigured } from '@tonle/network-iso';

await runConfigured();
