/// <reference types="vite/client" />

interface ImportMetaEnv {
  /** `1`: every page of this build shows the sample day instead of asking a server. */
  readonly VITE_FIXTURE?: string;
}
