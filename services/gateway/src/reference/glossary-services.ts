/** Of what services lack: see GLOSSARY. */
export const SERVICES_GLOSSARY: Readonly<Record<string, string>> = {
  'SwitchServices.services': 'Services of the switch',
  'SwitchServices.service': 'Name of the service',
  'SwitchServices.part': 'What is wanting: `database`, `broker`, `intake` and so on',
  'SwitchServices.since': 'Since when',
  'SwitchServices.says': 'What that means',
};
