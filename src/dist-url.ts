/**
 * The folder of the built files, with what is not script beside them (kernels, workers). The one place that asks where
 * it is: the command line is bundled into one file, which has another place than the modules it is made of.
 */
export const DIST_URL = new URL('./', import.meta.url);
