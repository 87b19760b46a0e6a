/** All projects, and a way to make one. */
import { Button, Group, Modal, SimpleGrid, Stack, TextInput, Title } from '@mantine/core';
import { IconCubePlus, IconFolders, IconPlus } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';

import { api } from '../api/client';
import { messageOf } from '../api/errors';
import type { Project } from '../model/scene';
import { Empty } from '../ui/empty';
import { formatAgo, formatDateTime } from '../ui/format';
import { LoadState } from './load_state';
import { PageBar } from './page_bar';
import './pages.css';
import { useProjects } from './queries';

export function ProjectsPage() {
  const { t } = useTranslation();
  const { data: projects, error, refetch } = useProjects();
  const [isCreating, setIsCreating] = useState(false);
  const create = (
    <Button
      leftSection={<IconPlus size={16} />}
      onClick={() => setIsCreating(true)}
      data-testid="create-project"
    >
      {t('projects.create')}
    </Button>
  );
  return (
    <div className="tb-page">
      <PageBar />
      <main className="tb-page-body">
        {projects === undefined ? <LoadState error={error} onRetry={() => void refetch()} /> : null}
        {projects?.length === 0 ? (
          <Empty icon={<IconFolders size={28} />} title={t('projects.emptyTitle')} text={t('projects.empty')}>
            {create}
          </Empty>
        ) : null}
        {projects !== undefined && projects.length > 0 ? (
          <>
            <Group justify="space-between" mb="lg">
              <Title order={1}>{t('projects.title')}</Title>
              {create}
            </Group>
            <SimpleGrid cols={{ base: 1, sm: 2, lg: 3, xl: 4 }} spacing="lg">
              {projects.map((project) => (
                <ProjectCard key={project.id} project={project} />
              ))}
            </SimpleGrid>
          </>
        ) : null}
      </main>
      <CreateProject isOpen={isCreating} onClose={() => setIsCreating(false)} />
    </div>
  );
}

function ProjectCard({ project }: { readonly project: Project }) {
  const { t, i18n } = useTranslation();
  const { categories } = project.taxonomy;
  return (
    <Link href={`/projects/${project.id}`} className="tb-card" data-testid="project-card">
      <h2 className="tb-ellipsis">{project.name}</h2>
      <p>
        {t('common.scenes', { count: project.scene_count })} ·{' '}
        {t('projects.categories', { count: categories.length })}
      </p>
      <span className="tb-card-colors" aria-hidden="true">
        {categories.map((category) => (
          <span key={category.name} style={{ background: category.color }} title={category.name} />
        ))}
      </span>
      <time dateTime={project.created_at} title={formatDateTime(project.created_at, i18n.language)}>
        {t('projects.created', { ago: formatAgo(project.created_at, i18n.language) })}
      </time>
    </Link>
  );
}

interface CreateProjectProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

function CreateProject({ isOpen, onClose }: CreateProjectProps) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [, navigate] = useLocation();
  const client = useQueryClient();
  const create = useMutation({
    mutationFn: () => api.createProject(name.trim()),
    onSuccess: async (project) => {
      await client.invalidateQueries({ queryKey: ['projects'] });
      navigate(`/projects/${project.id}`);
    },
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (name.trim() !== '') {
      create.mutate();
    }
  };
  return (
    <Modal opened={isOpen} onClose={onClose} title={t('projects.create')} size={400}>
      <form onSubmit={submit}>
        <Stack gap="lg">
          <TextInput
            label={t('projects.name')}
            placeholder={t('projects.namePlaceholder')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={create.error === null ? null : messageOf(create.error)}
            maxLength={120}
            data-autofocus
            data-testid="project-name"
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button
              type="submit"
              leftSection={<IconCubePlus size={16} />}
              loading={create.isPending}
              disabled={name.trim() === ''}
              data-testid="project-create"
            >
              {t('projects.createButton')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
