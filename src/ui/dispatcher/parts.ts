/** Parts of the console that the first rows do without: the map, the panel over it, the dialogs. */
import { later } from '../shared/ui/later';

export const mapPane = later(async () => (await import('./map-pane')).MapPane);
export const drawerHost = later(async () => (await import('./panels/drawer')).DrawerHost);
export const openDialog = later(async () => (await import('./panels/dialogs')).OpenDialog);
